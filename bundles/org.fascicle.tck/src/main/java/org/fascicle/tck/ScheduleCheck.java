package org.fascicle.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fascicle.train.Schedule;

/** The promises of a schedule, each a method that tells what it found; empty is good. Confined to one thread. */
public final class ScheduleCheck {
    private static final double[] RATES = {1, 0.05, 1e-4};
    private static final long[] TIMES = {
        0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 29, 30, 31, 99, 100, 101, 999, 1000, 10_000, 1_000_000
    };
    private static final int ASKED = RATES.length * TIMES.length;

    private final Schedule schedule;

    public ScheduleCheck(Schedule schedule) {
        this.schedule = schedule;
    }

    private double rate(int i) {
        return schedule.rate(RATES[i / TIMES.length], TIMES[i % TIMES.length]);
    }

    private static String question(int i) {
        return "rate(" + RATES[i / TIMES.length] + ", " + TIMES[i % TIMES.length] + ")";
    }

    /** Every rate is finite and not negative. */
    public List<String> givesRates() {
        for (int i = 0; i < ASKED; i++) {
            double r = rate(i);
            if (!(r >= 0) || Double.isInfinite(r))
                return List.of(question(i) + " is " + r + ": expected a finite number, 0 or more");
        }
        return List.of();
    }

    /** The same question has the same answer, whatever was asked before: a run may be resumed at any time. */
    public List<String> isAFunctionOfTime() {
        double[] first = answers();
        Random random = new Random(7);
        List<Integer> order = new ArrayList<>();
        for (int i = ASKED - 1; i >= 0; i--) order.add(i);
        for (int n = 0; n < 3 * ASKED; n++) order.add(random.nextInt(ASKED));
        for (int i : order) {
            Optional<String> d = difference(first, i);
            if (d.isPresent())
                return List.of(d.get() + "; a schedule is a function of rate and t: do not count calls, draw nothing");
        }
        return List.of();
    }

    private double[] answers() {
        double[] all = new double[ASKED];
        for (int i = 0; i < ASKED; i++) all[i] = rate(i);
        return all;
    }

    private Optional<String> difference(double[] expected, int i) {
        double r = rate(i);
        return Double.doubleToLongBits(r) == Double.doubleToLongBits(expected[i])
                ? Optional.empty()
                : Optional.of(question(i) + " was " + expected[i] + " and is now " + r);
    }

    public List<String> keepsNothingInFields() {
        return Fields.kept(schedule, this::answers);
    }

    /** Several threads that ask at once get the answers that each gets alone. */
    public List<String> servesManyThreads() throws InterruptedException {
        double[] expected = answers();
        return Together.run(thread -> {
                    Optional<String> found = Optional.empty();
                    for (int i = thread; i < ASKED && found.isEmpty(); i++) found = difference(expected, i);
                    return found;
                })
                .map(d -> "several threads on the same schedule disturb each other: " + d + "; keep nothing in fields")
                .stream()
                .toList();
    }
}
