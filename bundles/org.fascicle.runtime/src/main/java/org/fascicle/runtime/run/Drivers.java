package org.fascicle.runtime.run;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.fascicle.plugin.MissingPluginException;
import org.fascicle.runtime.live.Pins;
import org.fascicle.train.Driver;
import org.fascicle.train.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The driver there is, and what it drives. When it leaves, no new work begins with it and what is under way is waited
 * for; nothing else in the runtime refers to it, so it can be collected. Thread-safe.
 */
final class Drivers {
    private static final Logger log = LoggerFactory.getLogger(Drivers.class);

    /** A driver as long as it is there. */
    private record Seat(String name, Driver driver, Pins pins, ConcurrentMap<Lease, Driver.Drive> drives) {}

    private final Runnable changed;
    private final long drainNanos;
    private volatile Seat seat;

    /**
     * @param drain how long a driver that leaves waits for what is under way
     * @param changed told when one has come
     */
    Drivers(Duration drain, Runnable changed) {
        drainNanos = drain.toNanos();
        this.changed = changed;
    }

    /** A driver has come; it takes the place of the one before. */
    void come(String name, Driver driver) {
        Seat before;
        synchronized (this) {
            before = seat;
            seat = new Seat(name, driver, new Pins(), new ConcurrentHashMap<>());
            notifyAll();
        }
        if (before != null) end(before);
        changed.run();
    }

    /** A driver leaves. */
    @SuppressWarnings("ReferenceEquality")
    void leave(Driver driver) {
        Seat leaving;
        synchronized (this) {
            leaving = seat;
            if (leaving == null || leaving.driver != driver) return;
            seat = null;
        }
        end(leaving);
    }

    private void end(Seat s) {
        s.pins.close();
        if (!s.pins.drain(System.nanoTime() + drainNanos))
            log.warn("{} leaves while work of it has not ended; that will be done again", s.name);
        s.drives.values().forEach(Drivers::close);
    }

    private static void close(Driver.Drive d) {
        try {
            d.close();
        } catch (RuntimeException | LinkageError e) {
            log.warn("a drive was not closed", e);
        }
    }

    /** Who drives: symbolic name and version; empty if nobody is there. */
    Optional<String> name() {
        return Optional.ofNullable(seat).map(Seat::name);
    }

    /** Does the next piece of a run; what fails because the driver has left has changed nothing, and is to be done again. */
    boolean advance(Lease run) {
        return use(Duration.ZERO, run.where(), s -> drive(s, run).advance());
    }

    private static Driver.Drive drive(Seat s, Lease run) {
        Driver.Drive d = s.drives.get(run);
        if (d == null) {
            d = s.driver.drive(run);
            s.drives.put(run, d);
        }
        return d;
    }

    /** Gets ready to drive a run, and so checks it; gives the number of its batches in an epoch. */
    int check(Lease run) {
        return use(Duration.ZERO, run.where(), s -> drive(s, run).batches());
    }

    /** A run needs no driver any more. */
    void end(Lease run) {
        Seat s = seat;
        Driver.Drive d = s == null ? null : s.drives.remove(run);
        if (d != null) close(d);
    }

    /** Asks the driver for something, again if it leaves meanwhile. */
    <T> T ask(Duration wait, String where, Function<Driver, T> question) {
        return use(wait, where, s -> question.apply(s.driver));
    }

    private <T> T use(Duration wait, String where, Function<Seat, T> work) {
        long deadline = System.nanoTime() + wait.toNanos();
        for (; ; ) {
            Seat s = present(deadline, where);
            int pin = s.pins.pin();
            if (pin < 0) continue;
            try {
                return work.apply(s);
            } catch (RuntimeException | Error e) {
                if (!s.pins.closed() || e instanceof VirtualMachineError) throw e;
                log.debug("{}: begun again, its driver has left: {}", where, e.toString());
            } finally {
                s.pins.unpin(pin);
            }
        }
    }

    private synchronized Seat present(long deadline, String where) {
        for (Seat s = seat; ; s = seat) {
            if (s != null) return s;
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new MissingPluginException(
                        where + ": nothing is there that drives it; install or start org.fascicle.trainer");
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new MissingPluginException(where + ": interrupted while waiting for what drives it", e);
            }
        }
    }
}
