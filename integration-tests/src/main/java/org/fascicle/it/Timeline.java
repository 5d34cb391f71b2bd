package org.fascicle.it;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.osgi.framework.Bundle;

/**
 * Which contents of which bundles could be at work when. One thread writes at a time: it says what may come before it lets
 * it come, and what has gone after it has gone. Any thread reads.
 */
final class Timeline {
    private final Map<Integer, Map<Bundle, Set<Integer>>> moments = new ConcurrentHashMap<>(Map.of(0, Map.of()));
    private volatile int now;

    /** From now on these contents of this bundle may be at work, and no others of it. */
    void set(Bundle bundle, Set<Integer> contents) {
        Map<Bundle, Set<Integer>> next = new LinkedHashMap<>(moments.get(now));
        next.put(bundle, contents);
        moments.put(now + 1, next);
        now = now + 1;
    }

    /** The number of the present moment. */
    int now() {
        return now;
    }

    /** True if all these contents could be at work together, at one moment from then until then. */
    boolean possible(Map<Bundle, Integer> contents, int from, int to) {
        Predicate<Map<Bundle, Set<Integer>>> together = moment -> contents.entrySet().stream()
                .allMatch(e -> moment.getOrDefault(e.getKey(), Set.of()).contains(e.getValue()));
        return between(from, to).stream().anyMatch(together);
    }

    /** What could be at work from then until then. */
    List<Map<Bundle, Set<Integer>>> between(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(moments::get).toList();
    }
}
