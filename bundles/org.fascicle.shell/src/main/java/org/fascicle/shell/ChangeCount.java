package org.fascicle.shell;

import java.util.concurrent.Semaphore;
import org.fascicle.runtime.FascicleRuntime;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;

/** Hears of each change of the runtime's {@code service.changecount}. Thread-safe. */
final class ChangeCount implements AutoCloseable, ServiceListener {
    private final BundleContext context;
    private final Semaphore changes = new Semaphore(0);

    ChangeCount(BundleContext context) {
        this.context = context;
        try {
            context.addServiceListener(this, "(" + Constants.OBJECTCLASS + "=" + FascicleRuntime.class.getName() + ")");
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void serviceChanged(ServiceEvent e) {
        changes.release();
    }

    /** Waits for a change since the last call; several are one. */
    void await() throws InterruptedException {
        changes.acquire();
        changes.drainPermits();
    }

    @Override
    public void close() {
        context.removeServiceListener(this);
    }
}
