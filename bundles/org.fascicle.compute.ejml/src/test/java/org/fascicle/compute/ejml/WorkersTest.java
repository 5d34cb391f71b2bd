package org.fascicle.compute.ejml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void everyChunkRunsOnce(int threads) {
        try (EjmlOps ops = new EjmlOps(threads)) {
            for (int chunks : new int[] {0, 1, 2, 7, 1000}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(chunks);
                ops.parallel(chunks, runs::incrementAndGet);
                for (int i = 0; i < chunks; i++) assertThat(runs.get(i)).isEqualTo(1);
            }
        }
    }

    @Test
    void chunksAreSharedAmongNamedDaemonThreadsOfThisBundle() throws InterruptedException {
        EjmlOps ops = new EjmlOps(3);
        // Every body waits for the others: they all end only if three threads take part.
        CountDownLatch together = new CountDownLatch(3);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        ops.parallel(3, i -> {
            threads.add(Thread.currentThread());
            together.countDown();
            await(together);
        });
        assertThat(threads).hasSize(3).contains(Thread.currentThread());
        threads.remove(Thread.currentThread());
        assertThat(threads).allSatisfy(t -> {
            assertThat(t.getName()).matches("fascicle-compute-[01]");
            assertThat(t.isDaemon()).isTrue();
            assertThat(t.getContextClassLoader()).isSameAs(EjmlOps.class.getClassLoader());
        });
        ops.close();
        for (Thread t : threads) {
            t.join(TimeUnit.SECONDS.toMillis(30));
            assertThat(t.isAlive()).isFalse();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nestedCallsRunInlineOnTheThreadOfTheirBody() {
        try (EjmlOps ops = new EjmlOps(4)) {
            Queue<String> strangers = new ConcurrentLinkedQueue<>();
            AtomicIntegerArray runs = new AtomicIntegerArray(50 * 20);
            ops.parallel(50, i -> {
                Thread outer = Thread.currentThread();
                ops.parallel(20, j -> {
                    if (Thread.currentThread() != outer) strangers.add(i + "." + j);
                    runs.incrementAndGet(i * 20 + j);
                });
            });
            assertThat(strangers).isEmpty();
            for (int i = 0; i < runs.length(); i++) assertThat(runs.get(i)).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void theFirstFailureIsThrownAndThePoolGoesOn(int threads) {
        try (EjmlOps ops = new EjmlOps(threads)) {
            for (int round = 0; round < 200; round++) {
                assertThatThrownBy(() -> ops.parallel(100, i -> {
                            if (i >= 13) throw new AssertionError("chunk " + i);
                        }))
                        .isInstanceOf(AssertionError.class)
                        .hasMessage("chunk 13");
                AtomicIntegerArray runs = new AtomicIntegerArray(9);
                ops.parallel(9, runs::incrementAndGet);
                for (int i = 0; i < 9; i++) assertThat(runs.get(i)).isEqualTo(1);
            }
        }
    }

    @Test
    void manyCallersShareOnePool() throws InterruptedException {
        try (EjmlOps ops = new EjmlOps(3)) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<Thread> callers = new ArrayList<>();
            for (int c = 0; c < 8; c++) {
                Thread t = new Thread(() -> {
                    for (int round = 0; round < 500; round++) {
                        long[] sums = new long[16];
                        ops.parallel(16, i -> {
                            for (int k = 0; k < 200; k++) sums[i] += k * i;
                        });
                        for (int i = 0; i < 16; i++) assertThat(sums[i]).isEqualTo(19900L * i);
                    }
                });
                t.setUncaughtExceptionHandler((x, e) -> failure.set(e));
                callers.add(t);
                t.start();
            }
            for (Thread t : callers) t.join(TimeUnit.SECONDS.toMillis(60));
            assertThat(callers).noneMatch(Thread::isAlive);
            assertThat(failure.get()).isNull();
        }
    }

    @Test
    void anInterruptedCallerStillWaitsAndStaysInterrupted() {
        try (EjmlOps ops = new EjmlOps(2)) {
            Thread.currentThread().interrupt();
            AtomicIntegerArray runs = new AtomicIntegerArray(64);
            ops.parallel(64, runs::incrementAndGet);
            assertThat(Thread.interrupted()).isTrue();
            for (int i = 0; i < 64; i++) assertThat(runs.get(i)).isEqualTo(1);
        }
    }

    @Test
    void aNewConfigurationTakesEffectEvenInsideABody() {
        try (EjmlOps ops = new EjmlOps(2)) {
            for (int threads : new int[] {4, 1, 3}) {
                AtomicIntegerArray runs = new AtomicIntegerArray(20);
                ops.parallel(20, i -> {
                    if (i == 5) ops.modified(config(threads));
                    runs.incrementAndGet(i);
                });
                for (int i = 0; i < 20; i++) assertThat(runs.get(i)).isEqualTo(1);
                assertThat(ops.threads()).isEqualTo(threads);
            }
            ops.modified(config(-5));
            assertThat(ops.threads()).isEqualTo(Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    void aConfigurationThatCannotBeReadChangesNothing() {
        try (EjmlOps ops = new EjmlOps(2)) {
            EjmlOps.Config broken = (EjmlOps.Config) Proxy.newProxyInstance(
                    EjmlOps.class.getClassLoader(), new Class<?>[] {EjmlOps.Config.class}, (p, m, a) -> {
                        throw new IllegalArgumentException("threads = many");
                    });
            assertThatCode(() -> ops.modified(broken)).doesNotThrowAnyException();
            assertThat(ops.threads()).isEqualTo(2);
        }
    }

    private static EjmlOps.Config config(int threads) {
        return (EjmlOps.Config) Proxy.newProxyInstance(
                EjmlOps.class.getClassLoader(), new Class<?>[] {EjmlOps.Config.class}, (p, m, a) -> threads);
    }

    @Test
    void aClosedBackendStillWorksAlone() {
        EjmlOps ops = new EjmlOps(4);
        ops.close();
        AtomicIntegerArray runs = new AtomicIntegerArray(30);
        ops.parallel(30, runs::incrementAndGet);
        for (int i = 0; i < 30; i++) assertThat(runs.get(i)).isEqualTo(1);
    }
}
