package org.fascicle.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/** Whether what has gone is gone: class loaders, graphs, threads. Confined to one thread. */
final class Leaks {
    private static final int COLLECTIONS = 20;
    /** What a model runs on; whoever keeps one of these keeps the code of a plug-in. */
    private static final Pattern GRAPHS = Pattern.compile(
            "(\\d+) +\\d+ +(org\\.fascicle\\.runtime\\.(?:live\\.Generation|graph\\.(?:Program|Graph|Workspace|Blueprint)))\\b(?![$])");
    /** {@code C2 CompilerThread0  10455       4       org.example.Class::method (17 bytes)}. */
    private static final Pattern COMPILE = Pattern.compile("CompilerThread\\d+ +(\\d+)");

    /** {@code |  |--org.example.Class/0x00007f12ac0b5a10}, and {@code .../0x00000008000d1400/0x00007f...} if hidden. */
    private static final Pattern CLASS = Pattern.compile("(?m)^[|\\s-]*([^\\s|/-][^\\s/]*)/");

    private final Map<String, WeakReference<ClassLoader>> gone = new LinkedHashMap<>();
    private final Map<String, Long> graphs = graphs();
    private final Map<String, Long> threads = threads();

    /** This class loader must be collected. */
    void expect(String what, WeakReference<ClassLoader> loader) {
        gone.put(what, loader);
    }

    /** How many class loaders must be collected. */
    int expected() {
        return gone.size();
    }

    /** Demands that all that must be collected is, that there are not more graphs than in the beginning, and no other threads. */
    void none() {
        assertThat(uncollected()).as("class loaders that stay").isEmpty();
        Await.until("graphs are collected but for " + graphs, () -> within(graphs, graphs()), Leaks::graphs);
        Await.until("threads have ended but for " + threads, () -> within(threads, threads()), Leaks::threads);
    }

    private static boolean within(Map<String, Long> before, Map<String, Long> now) {
        return now.entrySet().stream().allMatch(e -> e.getValue() <= before.getOrDefault(e.getKey(), 0L));
    }

    /** By name how many; not those that the JVM makes as it needs them. */
    private static Map<String, Long> threads() {
        Map<String, Long> all = new TreeMap<>();
        for (Thread t : Thread.getAllStackTraces().keySet()) {
            ThreadGroup g = t.getThreadGroup();
            boolean java = g == null || g.getName().matches("system|InnocuousThreadGroup");
            if (!java && !t.getName().startsWith("ForkJoinPool.commonPool")) all.merge(t.getName(), 1L, Long::sum);
        }
        return all;
    }

    /** Objects that code is compiled into, which are reachable now. */
    private static Map<String, Long> graphs() {
        Matcher m =
                GRAPHS.matcher(diagnosis("gcClassHistogram", new Object[] {new String[0]}, String[].class.getName()));
        Map<String, Long> all = new TreeMap<>();
        while (m.find()) all.put(m.group(2), Long.parseLong(m.group(1)));
        return all;
    }

    /**
     * The class loaders that 20 collections under pressure have not taken. A method that the JIT compiler is at work on keeps
     * the classes in it, and on a busy machine it is at work for long: collections during one compilation count as one.
     */
    private List<String> uncollected() {
        Set<String> before = Set.of();
        long deadline = System.nanoTime() + Await.LONGEST.toNanos();
        for (int i = 0; i < COLLECTIONS && !left().isEmpty() && System.nanoTime() < deadline; ) {
            byte[][] pressure = new byte[16][];
            for (int k = 0; k < pressure.length; k++) pressure[k] = new byte[1 << 20];
            System.gc();
            assertThat(pressure[pressure.length - 1]).isNotNull();
            Set<String> now = compilations();
            if (Collections.disjoint(before, now)) i++;
            before = now;
        }
        return left();
    }

    private static Set<String> compilations() {
        Set<String> all = new TreeSet<>();
        Matcher m = COMPILE.matcher(diagnosis("compilerQueue", new Object[0]));
        while (m.find()) all.add(m.group(1));
        return all;
    }

    /**
     * How many classes are loaded beside another of the same name, hidden ones without their addresses: those of a bundle that was
     * replaced, and those that are made again and again. What is loaded for the first time, however late, is none of them.
     */
    static long loadedAgain() {
        Set<String> names = new TreeSet<>();
        long again = 0;
        Matcher m =
                CLASS.matcher(diagnosis("vmClassHierarchy", new Object[] {new String[0]}, String[].class.getName()));
        while (m.find()) if (!names.add(m.group(1))) again++;
        assertThat(names).as("names of loaded classes").contains(Leaks.class.getName(), "java.lang.String");
        return again;
    }

    private static String diagnosis(String command, Object[] arguments, String... types) {
        try {
            return (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), command, arguments, types);
        } catch (JMException e) {
            throw new AssertionError(command, e);
        }
    }

    private List<String> left() {
        List<String> l = new ArrayList<>();
        gone.forEach((what, loader) -> {
            if (loader.get() != null) l.add(what);
        });
        return l;
    }
}
