package org.fascicle.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.UpdateRule;

/** The promises of an update rule, each a method that tells what it found; empty is good. Confined to one thread. */
public final class OptimizerCheck {
    private static final List<Param> PARAMS =
            List.of(Param.dense("kernel", 5, 3, Initializer.ZEROS), Param.bias("bias", 5), Param.scale("gamma", 4, 1));

    private final UpdateRule rule;

    public OptimizerCheck(UpdateRule rule) {
        this.rule = rule;
    }

    /** Slots have names of their own and one tensor each. */
    public List<String> slotsAreNamed() {
        List<String> found = new ArrayList<>();
        for (Param p : PARAMS) {
            List<Slot> slots = rule.slots(p);
            if (slots.stream().map(Slot::name).distinct().count() != slots.size())
                found.add("two slots have the same name: " + slots);
            if (!slots.equals(rule.slots(p))) found.add("slots of " + p + " differ when asked again");
        }
        return found;
    }

    /** Every next value is written; current values and gradients are not; the same in gives the same out. */
    public List<String> updatesOnlyNextValues() {
        List<String> found = new ArrayList<>();
        for (Param p : PARAMS) {
            for (long step : new long[] {1, 2, 1000}) {
                Objective a = new Objective(rule, List.of(p), step), b = new Objective(rule, List.of(p), step);
                if (step > 1) {
                    a.fillSlots();
                    b.fillSlots();
                }
                Map<String, Tensor> before = a.current();
                a.run(rule);
                b.run(rule);
                if (a.wroteGradient)
                    found.add(p.name() + ", step " + step + ": writes to the gradient; write next values only");
                Numbers.difference(before, a.current())
                        .ifPresent(d -> found.add(
                                p.name() + ", step " + step + ": writes to current " + d + "; write next values only"));
                a.next().forEach((name, t) -> {
                    int i = Numbers.firstNotFinite(t);
                    if (i >= 0)
                        found.add(p.name() + ", step " + step + ": next " + name + " at " + Numbers.place(t.shape(), i)
                                + " is " + t.data()[i] + ": expected every next value to be written");
                });
                Numbers.difference(a.next(), b.next())
                        .ifPresent(d -> found.add(p.name() + ", step " + step
                                + ": the same weights, slots and gradients gave other next values: " + d));
                if (!found.isEmpty()) return found;
            }
        }
        return found;
    }

    /** A gradient of zero gives finite numbers. */
    public List<String> bearsZeroGradients() {
        Objective a = new Objective(rule, List.of(PARAMS.get(0)), 1);
        a.stillness = true;
        List<String> found = new ArrayList<>();
        a.run(rule);
        a.next().forEach((name, t) -> {
            int i = Numbers.firstNotFinite(t);
            if (i >= 0)
                found.add("after a gradient of 0, next " + name + " is " + t.data()[i]
                        + ": expected a finite number; is there a division by 0?");
        });
        return found;
    }

    /** The loss of a quadratic falls to a tenth. */
    public List<String> learns(double rate, int steps) {
        Objective o = new Objective(rule, PARAMS, 1);
        o.rate = rate;
        double first = o.loss(o.weights);
        for (int i = 0; i < steps; i++) {
            o.run(rule);
            o.commit();
        }
        double last = o.loss(o.weights);
        return last < 0.1 * first
                ? List.of()
                : List.of("a quadratic of loss " + (float) first + " has loss " + (float) last + " after " + steps
                        + " steps of rate " + rate + ": expected less than a tenth; is the sign of the step right?");
    }

    public List<String> keepsNothingInFields() {
        return Fields.kept(rule, () -> steps(new Objective(rule, PARAMS, 1)));
    }

    /** Several threads, each with weights of its own, get the bits that each gets alone. */
    public List<String> servesManyThreads() throws InterruptedException {
        List<Map<String, Tensor>> expected = new ArrayList<>();
        for (int i = 0; i < Together.THREADS; i++) expected.add(steps(new Objective(rule, PARAMS, 1 + i)));
        return Together.run(i -> Numbers.difference(expected.get(i), steps(new Objective(rule, PARAMS, 1 + i))))
                .map(d -> "several threads on the same optimizer disturb each other: " + d
                        + "; keep everything in slots, nothing in fields")
                .stream()
                .toList();
    }

    private Map<String, Tensor> steps(Objective o) {
        for (int i = 0; i < 3; i++) {
            o.run(rule);
            o.commit();
        }
        return o.current();
    }
}
