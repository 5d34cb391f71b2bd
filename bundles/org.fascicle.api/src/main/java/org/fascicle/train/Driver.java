package org.fascicle.train;

import java.util.List;
import java.util.Map;
import org.fascicle.data.Table;
import org.fascicle.model.Model;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Knows how a run goes: batches, epochs, validation, test. Keeps nothing of a run that matters: a run belongs to the runtime,
 * is lent for one advance at a time, and goes on with another driver where this one left it. Thread-safe.
 */
@ProviderType
public interface Driver {
    /**
     * Gets ready to drive a run from where it stands. The learner may not be there yet: it is made after the first drive.
     *
     * @throws org.fascicle.plugin.ConfigException if the run cannot work
     * @throws org.fascicle.plugin.MissingPluginException if a schedule or metric is not there
     */
    Drive drive(Lease run);

    /** As {@link Trainer#evaluate}. */
    Trainer.Evaluation evaluate(Model model, Table table, List<Map<String, Object>> metrics, int batchSize);

    /** A run in the hands of a driver. {@link #advance} is confined to the run's thread; {@link #close} may come from any. */
    interface Drive extends AutoCloseable {
        /**
         * Does the next small piece: a batch, or what comes between. Whatever it throws, nothing has changed, and the same
         * piece can be done again, by this or another drive. False if the run is complete.
         */
        boolean advance();

        /** How many batches an epoch has. */
        int batches();

        /** Lets go of everything; the run stays as it is. */
        @Override
        void close();
    }
}
