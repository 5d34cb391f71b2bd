package org.fascicle.tck;

import org.fascicle.tck.reference.NaiveAlgebra;

/** The textbook keeps the contract too. */
class NaiveAlgebraTest extends AlgebraContract<NaiveAlgebra> {}
