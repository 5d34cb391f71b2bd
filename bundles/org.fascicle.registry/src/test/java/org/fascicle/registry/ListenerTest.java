package org.fascicle.registry;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Plugin;
import org.fascicle.plugin.Plugins;
import org.fascicle.registry.Parts.Scaled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Version;

@Timeout(60)
class ListenerTest {
    private final Catalogue catalogue = new Catalogue();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private static Entry entry(String name, long id, Runnable onRelease) {
        return new Entry(Kind.ACTIVATION, name, "b" + id, Version.emptyVersion, id, "c", 0, id, "", new Entry.Source() {
            @Override
            public Object get() {
                return new Scaled(id);
            }

            @Override
            public void release() {
                onRelease.run();
            }
        });
    }

    private static Plugins.Listener changes(java.util.function.Consumer<String> consumer) {
        return new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                consumer.accept(name);
            }
        };
    }

    @Test
    void leavingIsToldBeforeTheObjectIsGivenBackAndBeforeChanged() {
        List<String> heard = new ArrayList<>();
        Entry e = entry("mish", 1, () -> heard.add("released"));
        catalogue.listen(new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                heard.add("changed " + kind.word() + " " + name);
            }

            @Override
            public void leaving(Plugin plugin) {
                heard.add("leaving " + plugin.origin().name() + ", offered: "
                        + catalogue.providers(Kind.ACTIVATION, "mish").size());
            }
        });
        catalogue.add(e);
        catalogue.providers(Kind.ACTIVATION, "mish").get(0).instance();
        catalogue.remove(e);
        assertThat(heard)
                .containsExactly(
                        "changed activation mish", "leaving mish, offered: 0", "released", "changed activation mish");
    }

    @Test
    void aListenerThatThrowsStopsNeitherTheOthersNorTheRemoval() {
        AtomicInteger heard = new AtomicInteger();
        catalogue.listen(new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                throw new IllegalStateException("changed");
            }

            @Override
            public void leaving(Plugin plugin) {
                throw new NoClassDefFoundError("leaving");
            }
        });
        catalogue.listen(changes(name -> heard.incrementAndGet()));
        Entry e = entry("mish", 1, () -> {});
        catalogue.add(e);
        catalogue.remove(e);
        assertThat(heard).hasValue(2);
    }

    @Test
    void aClosedWatchHearsNothing() {
        AtomicInteger heard = new AtomicInteger();
        try (Plugins.Watch watch = catalogue.listen(changes(name -> heard.incrementAndGet()))) {
            assertThat(watch).isNotNull();
            catalogue.with(Kind.ACTIVATION, "mish", new Scaled(1));
        }
        catalogue.with(Kind.ACTIVATION, "relu", new Scaled(1));
        assertThat(heard).hasValue(1);
    }

    @Test
    void anotherNameOfTheSameServiceIsLeavingAndArriving() {
        List<String> heard = new ArrayList<>();
        Entry mish = entry("mish", 1, () -> {});
        catalogue.add(mish);
        catalogue.listen(new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                heard.add("changed " + name);
            }

            @Override
            public void leaving(Plugin plugin) {
                heard.add("leaving " + plugin.origin().name());
            }
        });
        catalogue.change(mish, entry("softmish", 1, () -> {}));
        assertThat(heard).containsExactly("leaving mish", "changed mish", "changed softmish");
    }

    @Test
    void whileAListenerWorksOthersAddAndAskWithoutWaitingAndTheirChangesAreNotLost() throws Exception {
        CountDownLatch inside = new CountDownLatch(1), goOn = new CountDownLatch(1);
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        catalogue.listen(changes(name -> {
            heard.add(name);
            inside.countDown();
            await(goOn);
        }));
        Future<?> slow = threads.submit(() -> catalogue.add(entry("a", 1, () -> {})));
        await(inside);
        catalogue.add(entry("b", 2, () -> {}));
        assertThat(catalogue.names(Kind.ACTIVATION)).containsExactly("a", "b");
        assertThat(heard).containsExactly("a");
        goOn.countDown();
        slow.get(30, SECONDS);
        assertThat(heard).containsExactly("a", "b");
    }

    @Test
    void aListenerMayAddAndRemove() {
        ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
        Entry second = entry("second", 2, () -> {});
        catalogue.listen(new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                heard.add("changed " + name);
                if (name.equals("first")) {
                    catalogue.add(second);
                    catalogue.remove(second);
                }
            }

            @Override
            public void leaving(Plugin plugin) {
                heard.add("leaving " + plugin.origin().name());
            }
        });
        catalogue.add(entry("first", 1, () -> {}));
        assertThat(heard).containsExactly("changed first", "leaving second", "changed second", "changed second");
    }

    @Test
    void underManyThreadsCallsComeOneAtATimeAndEveryLeavingBeforeItsRelease() throws Exception {
        long seed = 42;
        int workers = 4, rounds = 300;
        AtomicInteger inside = new AtomicInteger(), leavings = new AtomicInteger();
        AtomicBoolean overlapped = new AtomicBoolean(), late = new AtomicBoolean();
        ConcurrentLinkedQueue<Long> told = new ConcurrentLinkedQueue<>();
        catalogue.listen(new Plugins.Listener() {
            @Override
            public void changed(Kind kind, String name) {
                enter();
                catalogue.providers(kind, name);
                inside.decrementAndGet();
            }

            @Override
            public void leaving(Plugin plugin) {
                enter();
                told.add(Long.valueOf(plugin.origin().bundle().substring(1)));
                leavings.incrementAndGet();
                inside.decrementAndGet();
            }

            private void enter() {
                if (inside.incrementAndGet() != 1) overlapped.set(true);
            }
        });
        List<Future<?>> all = new ArrayList<>();
        for (int w = 0; w < workers; w++) {
            int worker = w;
            all.add(threads.submit(() -> {
                Random random = new Random(seed + worker);
                for (int i = 0; i < rounds; i++) {
                    long id = worker * 1_000_000L + i;
                    Entry e = entry("n" + random.nextInt(3), id, () -> {
                        if (!told.remove(id)) late.set(true);
                    });
                    catalogue.add(e);
                    catalogue.providers(Kind.ACTIVATION, e.name()).stream()
                            .filter(p -> p.origin().bundle().equals(e.bundle()))
                            .forEach(Plugin::instance);
                    catalogue.remove(e);
                }
            }));
        }
        for (Future<?> f : all) f.get(30, SECONDS);
        assertThat(overlapped).as("calls overlapped, seed %d", seed).isFalse();
        assertThat(late).as("released before leaving was told, seed %d", seed).isFalse();
        assertThat(leavings).hasValue(workers * rounds);
        assertThat(told).isEmpty();
        assertThat(catalogue.names(Kind.ACTIVATION)).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
