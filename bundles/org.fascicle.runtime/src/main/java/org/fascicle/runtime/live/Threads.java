package org.fascicle.runtime.live;

import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Threads of the runtime. Stateless. */
final class Threads {
    private Threads() {}

    /** One thread, made now: made later, it would keep the code alive of whoever caused the first task. */
    static ScheduledThreadPoolExecutor one(String name) {
        ScheduledThreadPoolExecutor e = new ScheduledThreadPoolExecutor(1, r -> {
            // No inherited thread-locals, for the same reason.
            Thread t = new Thread(null, r, name, 0, false);
            t.setDaemon(true);
            t.setContextClassLoader(Threads.class.getClassLoader());
            return t;
        });
        e.setRemoveOnCancelPolicy(true);
        e.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        e.prestartCoreThread();
        return e;
    }
}
