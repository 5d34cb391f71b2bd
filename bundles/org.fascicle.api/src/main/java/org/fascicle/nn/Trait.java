package org.fascicle.nn;

/** What a layer can do for the compiler. */
public enum Trait {
    /** Passes {@link Pass#epilogue()} to the product that makes output 0; backward then must not read output 0. */
    EPILOGUE,
    /** Output 0 may be the array of input 0. */
    IN_PLACE,
    /** Output 0 is input 0 in another shape: the runtime may hand on the same array and call neither forward nor backward. */
    VIEW
}
