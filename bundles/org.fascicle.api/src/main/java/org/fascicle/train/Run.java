package org.fascicle.train;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.fascicle.model.Model;
import org.osgi.annotation.versioning.ProviderType;

/** One training of one model. Every request takes effect between two steps. Thread-safe. */
@ProviderType
public interface Run {
    /** Where a run stands. */
    enum State {
        RUNNING,
        PAUSED,
        /** A plug-in it is pinned to has left, or what drives it. */
        WAITING,
        FINISHED,
        /** Ended early because it was told to. */
        STOPPED,
        FAILED;

        public boolean ended() {
            return this == FINISHED || this == STOPPED || this == FAILED;
        }
    }

    String id();

    RunSpec spec();

    Model model();

    State state();

    /** Committed steps. */
    long step();

    /** The epoch it is in, from 1. */
    int epoch();

    /** The newest numbers: {@code loss}, {@code val_loss}, {@code test_loss}, each metric with the same prefixes. */
    Map<String, Double> values();

    /** Why it failed. */
    Optional<RuntimeException> failure();

    void pause();

    void resume();

    void stop();

    /** Waits for the end; false if it took longer. */
    boolean await(Duration longest) throws InterruptedException;
}
