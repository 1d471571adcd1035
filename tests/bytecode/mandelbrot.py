def mandelbrot(width, height, limit, counts):
    for row in range(height):
        y = 2.0 * row / height - 1.0
        for column in range(width):
            c = complex(3.0 * column / width - 2.0, y)
            z = 0j
            count = 0
            while abs(z) <= 2.0 and count < limit:
                z = z * z + c
                count += 1
            counts[row, column] = count
    return counts
