package org.fascicle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrafficTest {
    @Test
    void aPauseIsSeenByTheWindowItFallsInto() throws InterruptedException {
        Semaphore allowed = new Semaphore(1_000_000);
        AtomicInteger answer = new AtomicInteger(1);
        Traffic traffic = new Traffic(2, () -> {
            allowed.acquireUninterruptibly();
            allowed.release();
            return answer.get();
        });
        try (traffic) {
            Window disturbed = traffic.open(2);
            allowed.acquire(1_000_000);
            // Both have noted their last answers.
            while (allowed.getQueueLength() < 2) Thread.onSpinWait();
            long begin = System.nanoTime();
            while (System.nanoTime() - begin < 20_000_000) Thread.onSpinWait();
            long held = System.nanoTime() - begin;
            answer.set(2);
            allowed.release(1_000_000);
            traffic.awaitAnswers(disturbed);
            traffic.end(disturbed);
            assertThat(disturbed.longest()).isGreaterThanOrEqualTo(held);
            assertThat(disturbed.first()).isGreaterThanOrEqualTo(begin + held);
        }
        assertThat(traffic.failures()).isZero();
        assertThat(traffic.predictions()).isPositive();
    }

    @Test
    void aGapThatIsLongerThanAWindowCountsInThatWindow() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1), go = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        try (Traffic traffic = new Traffic(1, () -> {
            if (calls.getAndIncrement() == 10) {
                inside.countDown();
                try {
                    go.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return 0;
        })) {
            inside.await();
            long begin = System.nanoTime();
            Window first = traffic.open(Window.NONE), second = traffic.open(Window.NONE);
            long length = System.nanoTime() - begin;
            go.countDown();
            traffic.end(second);
            assertThat(first.awaitLeft(1)).isTrue();
            assertThat(first.longest()).isGreaterThanOrEqualTo(length);
            assertThat(second.longest()).isGreaterThanOrEqualTo(first.longest());
        }
    }

    @Test
    void whatFailsAndWhatIsWrongIsCounted() throws InterruptedException {
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(100);
        Traffic traffic = new Traffic(1, () -> {
            enough.countDown();
            return switch (calls.getAndIncrement()) {
                case 3 -> throw new IllegalStateException("odd");
                case 5 -> -1;
                default -> 0;
            };
        });
        enough.await();
        traffic.close();
        assertThat(traffic.failures()).isEqualTo(2);
        assertThat(traffic.firstFailure()).isEqualTo("java.lang.IllegalStateException: odd");
    }
}
