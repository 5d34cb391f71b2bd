package org.fascicle.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.service.log.FormatterLogger;
import org.osgi.service.log.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

class ForwardingTest {
    private final Recorder recorder = new Recorder();

    private <L extends Logger> L logger(Class<L> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, new Forwarding(recorder, type == FormatterLogger.class)));
    }

    @Test
    void everyFormOfACallArrives() throws Exception {
        Logger log = logger(Logger.class);
        log.info("a");
        log.warn("b {}", 1);
        log.error("c {} {}", 1, 2);
        log.error("d {} {} {}", 1, 2, 3);
        log.warn("e", new IllegalStateException("why"));
        log.audit("f");
        log.info(l -> l.warn("g"));
        assertThat(recorder.lines)
                .containsExactly(
                        "INFO a", "WARN b 1", "ERROR c 1 2", "ERROR d 1 2 3", "WARN e why", "ERROR f", "WARN g");
    }

    @Test
    void whatIsNotEnabledIsNeitherWrittenNorComputed() throws Exception {
        Logger log = logger(Logger.class);
        log.debug("a {}", 1);
        log.trace(l -> {
            throw new AssertionError();
        });
        assertThat(recorder.lines).isEmpty();
        assertThat(log.isDebugEnabled()).isFalse();
        assertThat(log.isInfoEnabled()).isTrue();
        assertThat(log.getName()).isEqualTo("recorder");
        assertThat(List.of(log).contains(log)).isTrue();
    }

    @Test
    void aFormatterLoggerFormatsAsPrintfDoes() {
        logger(FormatterLogger.class).warn("%d of %s", 1, "x");
        assertThat(recorder.lines).containsExactly("WARN 1 of x");
    }

    private static final class Recorder extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1L;
        final transient List<String> lines = new ArrayList<>();

        Recorder() {
            name = "recorder";
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return "";
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String message, Object[] arguments, Throwable t) {
            lines.add(level + " " + MessageFormatter.basicArrayFormat(message, arguments)
                    + (t == null ? "" : " " + t.getMessage()));
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
