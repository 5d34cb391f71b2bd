package org.fascicle.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fascicle.nn.Child;
import org.fascicle.tensor.Tensor;

/** A layer is an immutable value: one object serves many passes at once. Each method tells what it found; empty is good. */
public final class SharingCheck {
    private final Child subject;
    private final Case c;

    public SharingCheck(Child subject, Case c) {
        this.subject = subject;
        this.c = c;
    }

    /** No field of the layer can change or does change. */
    public List<String> keepsNothingInFields() {
        List<String> found = new ArrayList<>(Fields.mutable(subject.layer()));
        Fields before = Fields.of(subject.layer());
        new Trial(subject, c, 0).all(true);
        new Trial(subject, c, 1).all(false);
        for (String field : before.changed(Fields.of(subject.layer()))) {
            found.add(
                    "field " + field
                            + " changes while the layer runs: a layer is immutable; take memory from the pass (scratch, kept, state)");
        }
        return found;
    }

    /** A backward belongs to its own forward, whatever else ran in between. */
    public List<String> keepsNothingBetweenCalls() {
        Map<String, Tensor> expected = new Trial(subject, c, 0).all(true);
        Trial first = new Trial(subject, c, 0), second = new Trial(subject, c, 1);
        first.forward(true);
        second.forward(true);
        Map<String, Tensor> got = first.left(true);
        first.backward().forEach((name, g) -> got.put("gradient of " + name, g));
        return Numbers.difference(expected, got)
                .map(d -> "another forward in between changes what backward gives: " + d
                        + "; the layer remembers something, put it into kept memory")
                .stream()
                .toList();
    }

    /** Several threads that run the same layer object at once get the bits that each gets alone. */
    public List<String> servesManyThreads() throws InterruptedException {
        List<Trial> trials = new ArrayList<>();
        List<Map<String, Tensor>> expected = new ArrayList<>();
        for (int i = 0; i < Together.THREADS; i++) {
            trials.add(new Trial(subject, c, i).giveWay());
            expected.add(new Trial(subject, c, i).all(true));
        }
        return Together.run(
                        i -> Numbers.difference(expected.get(i), trials.get(i).all(true)))
                .map(d -> "several threads on the same layer disturb each other: " + d
                        + "; take memory from the pass (scratch, kept), not from fields")
                .stream()
                .toList();
    }
}
