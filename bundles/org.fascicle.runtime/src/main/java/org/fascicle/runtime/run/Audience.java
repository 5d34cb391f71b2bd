package org.fascicle.runtime.run;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fascicle.train.Run;
import org.fascicle.train.RunEvent;
import org.fascicle.train.RunListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who hears of one run: listeners given at its start, and those of the whiteboard. Confined to the run's thread. */
final class Audience {
    private static final Logger log = LoggerFactory.getLogger(Audience.class);

    private final List<RunListener> own;
    private final List<RunListener> whiteboard;
    private final Set<String> complained = new HashSet<>();

    /** @param whiteboard a list that may change while it is iterated */
    Audience(List<RunListener> own, List<RunListener> whiteboard) {
        this.own = List.copyOf(own);
        this.whiteboard = whiteboard;
    }

    void tell(Run run, RunEvent e) {
        for (RunListener l : own) tell(l, run, e);
        for (RunListener l : whiteboard) tell(l, run, e);
    }

    /** What a listener throws is its own matter; with an event a batch, it is told of once a run. */
    private void tell(RunListener l, Run run, RunEvent e) {
        try {
            l.event(run, e);
        } catch (Throwable t) { // A listener's LinkageError or AssertionError must not stop the run either.
            String name = l.getClass().getName();
            if (complained.add(name))
                log.warn("Run {}: the listener {} failed at {}; it is not logged again", run.id(), name, e.type(), t);
        }
    }
}
