package org.fascicle.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Swaps one after the other under traffic, with an undisturbed window as long after each. Confined to one thread. */
final class SwapSeries {
    /** What a swap leaves to do, compiling and collecting, is not to be found in the undisturbed window. */
    private static final long SETTLING_MILLIS = 30;

    private final Traffic traffic;
    private final Bundle bundle;
    private final List<Long> firstUses = new ArrayList<>();
    private final List<Long> pauses = new ArrayList<>();
    private final List<Long> baselines = new ArrayList<>();

    SwapSeries(Traffic traffic, Bundle bundle) {
        this.traffic = traffic;
        this.bundle = bundle;
    }

    /** One swap that is not counted. */
    void warmUp(byte[] jar, int answer) throws BundleException, InterruptedException {
        swap(jar, answer);
        Thread.sleep(SETTLING_MILLIS);
    }

    /** One swap and its baseline. */
    void measure(byte[] jar, int answer) throws BundleException, InterruptedException {
        Swap s = swap(jar, answer);
        firstUses.add(s.firstUse);
        pauses.add(s.pause);
        Thread.sleep(SETTLING_MILLIS);
        Window undisturbed = traffic.open(Window.NONE);
        Thread.sleep(s.length / 1_000_000, (int) (s.length % 1_000_000));
        traffic.end(undisturbed);
        baselines.add(undisturbed.longest());
    }

    private record Swap(long firstUse, long pause, long length) {}

    private Swap swap(byte[] jar, int answer) throws BundleException, InterruptedException {
        Window w = traffic.open(answer);
        long begin = System.nanoTime();
        bundle.update(ScaledJar.stream(jar));
        traffic.awaitAnswers(w);
        long length = System.nanoTime() - begin;
        traffic.end(w);
        return new Swap(w.first() - begin, w.longest(), length);
    }

    Times firstUses() {
        return new Times(firstUses);
    }

    Times pauses() {
        return new Times(pauses);
    }

    Times baselines() {
        return new Times(baselines);
    }
}
