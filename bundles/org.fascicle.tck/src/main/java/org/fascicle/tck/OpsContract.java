package org.fascicle.tck;

import java.util.List;
import org.fascicle.tensor.Ops;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What every compute backend must keep: it computes what plain loops compute, with the same bits every time. */
public abstract class OpsContract {
    /** The backend under test. */
    protected abstract Ops ops();

    private static void check(List<String> found) {
        if (!found.isEmpty()) Assertions.fail(String.join(System.lineSeparator(), found));
    }

    @Test
    @DisplayName("products agree with plain loops")
    public final void multiplies() {
        check(new OpsCheck(ops()).multiplies());
    }

    @Test
    @DisplayName("many products at once agree with plain loops")
    public final void multipliesMany() {
        check(new OpsCheck(ops()).multipliesMany());
    }

    @Test
    @DisplayName("sums agree with plain loops")
    public final void sums() {
        check(new OpsCheck(ops()).sums());
    }

    @Test
    @DisplayName("convolutions agree with plain loops")
    public final void convolves() {
        check(new OpsCheck(ops()).convolves());
    }

    @Test
    @DisplayName("gradients of convolutions agree with plain loops")
    public final void convolvesBack() {
        check(new OpsCheck(ops()).convolvesBack());
    }

    @Test
    @DisplayName("a repeated call gives the same bits")
    public final void repeats() {
        check(new OpsSharingCheck(ops()).repeats());
    }

    @Test
    @DisplayName("serves several threads at once with the same bits")
    public final void servesManyThreads() throws InterruptedException {
        check(new OpsSharingCheck(ops()).servesManyThreads());
    }

    @Test
    @DisplayName("leaves its operands untouched")
    public final void leavesOperandsUntouched() {
        check(new OpsSharingCheck(ops()).leavesOperandsUntouched());
    }

    @Test
    @DisplayName("shapes that do not fit give a ShapeException")
    public final void rejectsWrongShapes() {
        check(new OpsCheck(ops()).rejectsWrongShapes());
    }

    @Test
    @DisplayName("kernels agree with scalar functions")
    public final void kernelsAgree() {
        check(new KernelCheck(ops()).kernelsAgree());
    }

    @Test
    @DisplayName("vector functions are within 2 ulp")
    public final void vectorFunctionsAreExact() {
        check(new KernelCheck(ops()).vectorFunctionsAreExact());
    }

    @Test
    @DisplayName("a parallel loop runs every body once")
    public final void parallelRunsEveryBodyOnce() {
        check(new KernelCheck(ops()).parallelRunsEveryBodyOnce());
    }

    @Test
    @DisplayName("it says who it is")
    public final void hasAnIdentity() {
        Assertions.assertFalse(
                ops().identity().isBlank(), "identity: expected a name and a version, e.g. \"ejml 0.46\"");
        Assertions.assertEquals(ops().identity(), ops().identity());
    }
}
