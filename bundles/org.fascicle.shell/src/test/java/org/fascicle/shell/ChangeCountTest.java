package org.fascicle.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceListener;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChangeCountTest {
    private final List<ServiceListener> listeners = new ArrayList<>();
    private final List<Object> filters = new ArrayList<>();
    private final BundleContext context = (BundleContext) Proxy.newProxyInstance(
            ChangeCountTest.class.getClassLoader(), new Class<?>[] {BundleContext.class}, (p, method, arguments) -> {
                ServiceListener l = (ServiceListener) arguments[0];
                if (method.getName().equals("addServiceListener")) {
                    listeners.add(l);
                    filters.add(arguments[1]);
                } else {
                    listeners.remove(l);
                }
                return null;
            });

    @Test
    void severalChangesAreOneAndNoneIsMissed() throws Exception {
        try (ChangeCount c = new ChangeCount(context)) {
            assertThat(filters).containsExactly("(objectClass=org.fascicle.runtime.FascicleRuntime)");
            listeners.get(0).serviceChanged(null);
            listeners.get(0).serviceChanged(null);
            c.await();
            CountDownLatch waiting = new CountDownLatch(1);
            CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> {
                waiting.countDown();
                try {
                    c.await();
                    return true;
                } catch (InterruptedException e) {
                    return false;
                }
            });
            waiting.await();
            assertThat(next).isNotDone();
            listeners.get(0).serviceChanged(null);
            assertThat(next.get(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(listeners).isEmpty();
    }

    @Test
    void waitingEndsWhenItIsInterrupted() {
        try (ChangeCount c = new ChangeCount(context)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(c::await).isInstanceOf(InterruptedException.class);
        }
    }
}
