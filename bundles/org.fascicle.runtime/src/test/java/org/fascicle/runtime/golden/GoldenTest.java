package org.fascicle.runtime.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The numbers of an independent implementation, case by case, on the real runtime with the real plug-ins. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenTest {
    private static final Logger LOG = LoggerFactory.getLogger(GoldenTest.class);

    private final Operations operations = new Operations();
    private List<GoldenFile> files;
    private Rig rig;

    @BeforeAll
    void open() {
        files = GoldenFile.all();
        rig = new Rig();
    }

    @AfterAll
    void close() {
        if (rig == null) return;
        rig.close();
        long run = cases().filter(operations::any).count(), all = cases().count();
        LOG.info(
                "golden numbers: {} cases run, {} skipped, whose {} operations are not there yet",
                run,
                all - run,
                absent().size());
    }

    private Stream<GoldenCase> cases() {
        return files.stream().flatMap(f -> f.cases().stream());
    }

    private Set<String> absent() {
        Set<String> absent = new TreeSet<>();
        cases().forEach(c -> absent.addAll(operations.missing(c)));
        return absent;
    }

    @TestFactory
    Stream<DynamicNode> everyCaseWhoseOperationIsThere() {
        Stream<DynamicNode> groups = files.stream()
                .map(f -> dynamicContainer(
                        f.group(),
                        f.cases().stream()
                                .filter(operations::any)
                                .map(c -> dynamicTest(c.name(), () -> operations.run(c, rig)))));
        DynamicNode last = dynamicTest(
                "every plug-in was used by some case",
                () -> assertThat(rig.unused())
                        .as(
                                "plug-ins without golden numbers: add their operations to the tables beside this test, or their names to NotThere")
                        .containsExactlyInAnyOrderElementsOf(NotThere.GOLDEN_NUMBERS));
        return Stream.concat(groups, Stream.of(last));
    }

    @Test
    void operationsWithoutPluginAreThoseListed() {
        assertThat(absent())
                .as(
                        "operations without a plug-in: what stands in the tables beside this test must not stand in NotThere")
                .containsExactlyInAnyOrderElementsOf(NotThere.OPERATIONS);
    }
}
