"""A bar on stderr while processes run: tqdm's, where it is installed and somebody is looking."""

import contextlib


@contextlib.contextmanager
def bar(total, is_wanted=True):
    """Gives `step(text)`, to be called before each of `total` processes."""
    try:
        # tqdm because it is one package without others, and knows terminals, files and notebooks.
        from tqdm import tqdm
    except ModuleNotFoundError:
        is_wanted = False
    if not is_wanted:
        yield lambda text: None
        return
    layout = "{percentage:3.0f}%|{bar:24}| {n_fmt}/{total_fmt} processes, {elapsed}<{remaining}  {desc}"
    # `disable=None`: not where stderr is a file.
    with tqdm(total=total, bar_format=layout, disable=None, leave=False) as shown:
        steps = 0

        def step(text):
            nonlocal steps
            shown.set_description_str(text, refresh=False)
            shown.update(1 if steps else 0)
            shown.refresh()
            steps += 1

        yield step
