package org.fascicle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InterruptTest {
    private final Interrupt interrupt = new Interrupt(Thread.currentThread());

    private Thread ctrlC() {
        Thread t = new Thread(interrupt);
        t.start();
        return t;
    }

    private static void until(Thread t, Thread.State s) {
        while (t.getState() != s) Thread.onSpinWait();
    }

    @Test
    void aCommandIsInterruptedAndWaitedFor() throws InterruptedException {
        assertThat(interrupt.begin()).isTrue();
        Thread hook = ctrlC();
        until(hook, Thread.State.TIMED_WAITING);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        interrupt.end();
        assertThat(Thread.interrupted()).isFalse();
        interrupt.ended();
        hook.join();
    }

    @Test
    void beforeItBeginsNothingIsInterruptedAndItDoesNotBegin() throws InterruptedException {
        Thread hook = ctrlC();
        until(hook, Thread.State.TIMED_WAITING);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(interrupt.begin()).isFalse();
        interrupt.ended();
        hook.join();
    }
}
