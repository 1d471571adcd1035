"""What Python cannot say: functions of these names that the compiler knows (`src/library/intrinsics.rs`).

They are for this package only: indexes are not checked, and a view is what the caller says it is.
"""


def item(a, index):
    """The element of a 1-d array at an index that is in range and not negative."""


def coalesced(a):
    """The array's elements in the order of NumPy's reductions: axes sorted by stride, joined where they can be."""


def contiguous(a):
    """The 1-d array, whose stride is the size of its element, as an array in C order."""


def layout(a):
    """ "C", "F" or "A": what the type says about the order of elements."""


def kind(a):
    """NumPy's letter for the kind of an array's elements: "b", "i", "u", "f" or "c"."""


def raise_unless(condition, exception, message, *numbers):
    """Raises an exception of this name, unless the condition holds; the ints stand for {0}, {1} ..."""


def element_dtype(a):
    """The dtype of the array that nested lists and tuples of numbers make."""


def depth(a):
    """The number of dimensions of that array."""


def is_generator(a):
    """Whether the value is a generator."""


def content(manager):
    """What a context manager is made of: the generator, or the argument of nullcontext."""


def throw(generator, exception):
    """Throws an exception into a generator: whether it yields again."""


def thrown_item(generator):
    """The item at which a generator stands into which an exception was thrown."""


def is_stopped(exception, thrown):
    """Whether the exception is the RuntimeError that a generator made of the StopIteration thrown into it."""


def frame_count(exception):
    """How many frames of functions the exception has passed."""


def forget_frames(exception, count):
    """Forgets the frames that the exception has passed behind so many."""


def refuse(reason):
    """Refuses to compile the call of the function that calls this one."""


def dot(a, b):
    """The dot product of two vectors of one inexact dtype and length, by BLAS."""


def matmul_into(a, b, c):
    """c[:] = a @ b for matrices of one inexact dtype, by BLAS; c overlaps neither a nor b."""


def list_item(a, index):
    """The item of a list at a position that is in range and not negative."""


def list_extend(a, b):
    """a.extend(b) of lists of one type."""


def has_same_type(a, b):
    """Whether the two values have one type."""


def is_int_among_ints(a, value):
    """Whether the list has ints, and the value is one."""


def list_find(a, value, start):
    """The position of an int in a list of ints from this position on, which is not negative; -1 if it is not there."""


def is_sortable(a):
    """Whether the items of a list are numbers or tuples of numbers."""


def list_sort(a, keys, reverse):
    """Sorts a in place by the items of keys, which may be a itself."""


def deque_limit(a):
    """The limit of a deque's length, or -1."""


def deque_changes(a):
    """How often a deque was changed so that iterators over it end."""


def deque_append(a, item):
    """Appends to a deque whose limit is not reached."""


def deque_insert(a, index, item):
    """Inserts into a deque whose limit is not reached."""


def is_plain_dict(a):
    """Whether the class of a dict is dict itself."""


def makes_known_value(a):
    """Whether types say what the factory of a defaultdict makes."""


def new_value(a):
    """That: zero, or an empty text or container."""


def set_merge(a, b):
    """a.update(b) of sets of one type."""


def set_exchange(a, b):
    """Exchanges what two sets of one type hold."""


def remembered(a):
    """The number that a partial of the library remembers by its type; anything else as it is."""


def random_float(generator):
    """The next float of a `random.Random`, in [0, 1)."""


def random_bits(generator, count):
    """So many random bits of a `random.Random`, 0 to 63."""


def random_seed(generator, seed):
    """Seeds a `random.Random` as its method does."""


def take_normal(generator):
    """The normal number that a `random.Random` has left, which it has no more; NaN if there was none."""


def keep_normal(generator, number):
    """Leaves a normal number to a `random.Random`."""


def bytes_of(numbers):
    """The bytes of a list of ints, which are checked."""


def spread(numbers, what, less):
    """The exact mean (0), variance (1) or its root (2) of a list of floats; squares are divided by len - less."""


def is_bytes_like(a):
    """Whether the value is bytes, or a bytearray or memoryview of bytes in a row."""


def as_bytes(a):
    """The memory of such a value as bytes, which change with it."""


def copied_bytes(a):
    """New bytes with the contents of such bytes."""


def bytearray_of(a):
    """A new bytearray with the contents of bytes, or of so many zeros."""


def resize(a, length):
    """Gives a bytearray another length; what comes to it is not set."""


def store_byte(a, index, number):
    """a[index] = number of a bytearray, where both are in range."""


def check_released(a):
    """Raises if a memoryview was released."""


def has_same_items(a, b):
    """Whether buffers are equal, as memoryviews compare."""


def array_over(a, sample, offset, count):
    """An array of the sample's dtype over the memory of a buffer, which is large enough."""


def shared(a):
    """The container, which was made just now, as one that Python code shares."""
