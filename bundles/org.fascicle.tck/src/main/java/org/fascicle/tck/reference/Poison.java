package org.fascicle.tck.reference;

/**
 * The kinds of memory whose content a layer must not rely on. The reference fills each with NaN; a check may lift one kind
 * to find out which of them a layer relied on.
 */
public enum Poison {
    /** Inputs, outputs and children's results that the plan did not declare as read, in backward. */
    UNDECLARED,
    /** Outputs before forward has filled them. */
    OUTPUT,
    /** Kept tensors before forward has filled them. */
    KEPT,
    /** Scratch, from the start. */
    SCRATCH,
    /** Sinks whose beta is 0, before backward has filled them. */
    SINK,
    /** Next statistics and states before forward has filled them. */
    NEXT
}
