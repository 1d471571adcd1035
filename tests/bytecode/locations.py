def across_lines(first, second):
    result = (first +
              second
              * 2)
    for index in range(3):

        result[index] -= 1
    if result is None and second:
        return (first[
            1:2
        ])
    long_name_that_moves_the_columns_of_what_follows_past_eighty = first.attribute_name(second)
    raise ValueError(result, long_name_that_moves_the_columns_of_what_follows_past_eighty)
