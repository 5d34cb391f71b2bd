package org.fascicle.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.Optimizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with an optimizer, and says what it is. */
class WrongOptimizersTest {
    /** w − rate · g: right, unless a method is overridden by a wrong one. */
    interface Descent extends Optimizer {
        @Override
        default List<Slot> slots(Param p) {
            return List.of();
        }

        @Override
        default double rate() {
            return 0.1;
        }

        @Override
        default void update(Update u) {
            step(u, u.gradient().data());
        }
    }

    private static void step(Optimizer.Update u, float[] g) {
        float rate = (float) u.rate();
        for (int i = 0; i < u.weight().size(); i++)
            u.nextWeight().data()[i] = u.weight().data()[i] - rate * g[i];
    }

    record Right() implements Descent {}

    record ForgetsASlot() implements Descent {
        @Override
        public List<Slot> slots(Param p) {
            return List.of(Slot.of("m", p.shape()));
        }
    }

    record ForgetsTheLast() implements Descent {
        @Override
        public void update(Update u) {
            for (int i = 0; i < u.weight().size() - 1; i++)
                u.nextWeight().data()[i] = u.weight().data()[i];
        }
    }

    record ClipsInPlace() implements Descent {
        @Override
        public void update(Update u) {
            for (int i = 0; i < u.weight().size(); i++)
                u.gradient().data()[i] = Math.min(0.1f, u.gradient().data()[i]);
            Descent.super.update(u);
        }
    }

    record DecaysInPlace() implements Descent {
        @Override
        public void update(Update u) {
            for (int i = 0; i < u.weight().size(); i++) u.weight().data()[i] *= 0.99f;
            Descent.super.update(u);
        }
    }

    record Climbs() implements Descent {
        @Override
        public void update(Update u) {
            for (int i = 0; i < u.weight().size(); i++)
                u.nextWeight().data()[i] =
                        u.weight().data()[i] + 0.1f * u.gradient().data()[i];
        }
    }

    record NormalizesByZero() implements Descent {
        @Override
        public void update(Update u) {
            Tensor g = u.gradient().copy();
            double norm = 0;
            for (int i = 0; i < g.size(); i++) norm += g.data()[i] * g.data()[i];
            for (int i = 0; i < g.size(); i++) g.data()[i] /= (float) Math.sqrt(norm);
            step(u, g.data());
        }
    }

    record TwoOfOneName() implements Descent {
        @Override
        public List<Slot> slots(Param p) {
            return List.of(Slot.of("m", p.shape()), Slot.of("m", p.shape()));
        }
    }

    static final class CountsSteps implements Descent {
        private int steps;

        @Override
        public void update(Update u) {
            float[] g = u.gradient().copy().data();
            steps++;
            for (int i = 0; i < u.gradient().size(); i++) g[i] /= steps;
            step(u, g);
        }
    }

    static final class SharedScratch implements Descent {
        private final float[] scratch = new float[100];

        @Override
        public void update(Update u) {
            System.arraycopy(u.gradient().data(), 0, scratch, 0, u.gradient().size());
            Thread.yield();
            step(u, scratch);
        }
    }

    record Anneals() implements Descent {
        @Override
        public void update(Update u) {
            Descent.super.update(u);
            u.nextWeight().data()[0] += (float) (1e-3 * Math.random());
        }
    }

    private static OptimizerCheck check(Optimizer o) {
        return new OptimizerCheck(o);
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                Wrong.of(
                        "forgets a slot",
                        check(new ForgetsASlot())::updatesOnlyNextValues,
                        "next slot m at [0, 0] is NaN"),
                Wrong.of(
                        "half filled",
                        check(new ForgetsTheLast())::updatesOnlyNextValues,
                        "next weight 0 at [4, 2] is NaN: expected every next value to be written"),
                Wrong.of(
                        "mutated gradient", check(new ClipsInPlace())::updatesOnlyNextValues, "writes to the gradient"),
                Wrong.of(
                        "mutated weight",
                        check(new DecaysInPlace())::updatesOnlyNextValues,
                        "kernel, step 1: writes to current weight 0 at [0, 0]"),
                Wrong.of("wrong slope", () -> check(new Climbs()).learns(0.1, 100), "is the sign of the step right?"),
                Wrong.of(
                        "division by zero",
                        check(new NormalizesByZero())::bearsZeroGradients,
                        "after a gradient of 0, next weight 0 is NaN",
                        "is there a division by 0?"),
                Wrong.of(
                        "two slots of one name",
                        check(new TwoOfOneName())::slotsAreNamed,
                        "two slots have the same name"),
                Wrong.of(
                        "hidden state",
                        check(new CountsSteps())::updatesOnlyNextValues,
                        "the same weights, slots and gradients gave other next values"),
                Wrong.of(
                        "hidden state in a field",
                        check(new CountsSteps())::keepsNothingInFields,
                        "field CountsSteps.steps is not final"),
                Wrong.of(
                        "thread-unsafe",
                        check(new SharedScratch())::servesManyThreads,
                        "several threads on the same optimizer disturb each other: weight",
                        "keep everything in slots"),
                Wrong.of(
                        "non-deterministic",
                        check(new Anneals())::updatesOnlyNextValues,
                        "gave other next values: weight 0 at [0, 0]"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }

    @Test
    void findsNothingWhereNothingIsWrong() throws Exception {
        OptimizerCheck right = check(new Right());
        assertThat(Stream.of(
                                right.slotsAreNamed(),
                                right.updatesOnlyNextValues(),
                                right.bearsZeroGradients(),
                                right.learns(0.1, 500),
                                right.keepsNothingInFields(),
                                right.servesManyThreads())
                        .flatMap(List::stream))
                .isEmpty();
    }

    static final class Careless implements Optimizer.Factory {
        @Override
        public Optimizer create(Options o) {
            double epsilon = o.real("epsilon", 1e-8, Range.ANY);
            return new Descent() {
                @Override
                public void update(Update u) {
                    float[] g = u.gradient().copy().data();
                    for (int i = 0; i < u.gradient().size(); i++) g[i] /= (float) Math.sqrt(epsilon);
                    step(u, g);
                }
            };
        }
    }

    static final class CarelessContract extends OptimizerContract<Careless> {}

    @Test
    void optionsThatAreTakenAsTheyComeAreFound() {
        assertThatThrownBy(() -> new CarelessContract().refusesOddNumbers())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("with epsilon = -1: kernel, step 1: next weight 0 at [0, 0] is NaN");
    }
}
