package org.fascicle.augmentation;

/** What lies beyond the border of an image, by the names of Keras and of SciPy's {@code ndimage}; for a row a b c d: */
enum Edge {
    /** (d c b a | a b c d | d c b a): mirrored, the border itself too. */
    REFLECT,
    /** (k k k k | a b c d | k k k k): the same number everywhere. */
    CONSTANT,
    /** (a a a a | a b c d | d d d d): the border goes on. */
    NEAREST,
    /** (a b c d | a b c d | a b c d): the other side follows. */
    WRAP;

    /** Which of 0 to n − 1 stands at index i, which is from −n to 2n − 1; −1 where it is the constant. */
    int index(int i, int n) {
        if (i >= 0 && i < n) return i;
        return switch (this) {
            case REFLECT -> i < 0 ? -1 - i : 2 * n - 1 - i;
            case CONSTANT -> -1;
            case NEAREST -> i < 0 ? 0 : n - 1;
            case WRAP -> i < 0 ? i + n : i - n;
        };
    }
}
