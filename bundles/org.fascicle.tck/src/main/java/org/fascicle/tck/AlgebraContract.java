package org.fascicle.tck;

import org.fascicle.tensor.LinearAlgebra;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every {@code LinearAlgebra} must keep: decompositions that put the matrix together again, errors where there are none. */
public abstract class AlgebraContract<P extends LinearAlgebra> extends Contract<P> {
    private AlgebraCheck subject() {
        return new AlgebraCheck(plugin());
    }

    @Test
    @DisplayName("orthonormal columns span the matrix")
    public final void orthonormalColumnsSpanTheMatrix() {
        check(subject().orthonormalColumnsSpanTheMatrix());
    }

    @Test
    @DisplayName("eigenvectors solve their equation, values descend")
    public final void eigenvectorsSolveTheEquation() {
        check(subject().eigenvectorsSolveTheEquation());
    }

    @Test
    @DisplayName("solutions solve the equation")
    public final void solutionsSolveTheEquation() {
        check(subject().solutionsSolveTheEquation());
    }

    @Test
    @DisplayName("what cannot be done is an error that says so")
    public final void refusesWhatCannotBeDone() {
        check(subject().refusesWhatCannotBeDone());
    }

    @Test
    @DisplayName("leaves its arguments untouched")
    public final void leavesArgumentsUntouched() {
        check(subject().leavesArgumentsUntouched());
    }

    @Test
    @DisplayName("same matrices, same bits")
    public final void repeats() {
        check(subject().repeats());
    }

    @Test
    @DisplayName("keeps nothing in its fields")
    public final void keepsNothingInFields() {
        check(subject().keepsNothingInFields());
    }

    @Test
    @DisplayName("serves several threads at once with the same bits")
    public final void servesManyThreads() throws InterruptedException {
        check(subject().servesManyThreads());
    }
}
