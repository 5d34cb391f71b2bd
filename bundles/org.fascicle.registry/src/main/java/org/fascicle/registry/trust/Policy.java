package org.fascicle.registry.trust;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which bundles may provide plug-ins. Immutable and thread-safe. */
sealed interface Policy {
    /** What every objection begins with. */
    String REFUSED = "refused by trust policy";

    /** Why a bundle may not, and what to do about it, in one line; empty if it may. */
    String objection(Candidate c);

    /** The policy in one line that starts with its word. */
    String words();

    /**
     * A bundle to be judged.
     *
     * @param name its symbolic name
     * @param hash its content hash
     */
    record Candidate(String name, String hash, Content content) {}

    /** Every bundle may. */
    record Any() implements Policy {
        @Override
        public String objection(Candidate c) {
            return "";
        }

        @Override
        public String words() {
            return "any: every bundle may provide plug-ins";
        }
    }

    /**
     * Those whose name and content are listed.
     *
     * @param hashes the contents that are allowed, by symbolic name
     */
    record AllowList(Map<String, Set<String>> hashes) implements Policy {
        @Override
        public String objection(Candidate c) {
            Set<String> allowed = hashes.getOrDefault(c.name, Set.of());
            if (allowed.contains(c.hash)) return "";
            String why = allowed.isEmpty()
                    ? "it is not listed"
                    : "its content is not that of the listed " + String.join(" or ", new TreeSet<>(allowed));
            return REFUSED + " allow_list: " + why + "; if you trust it, add " + c.name + "=" + c.hash
                    + " to trust.allow of " + Settings.PID;
        }

        @Override
        public String words() {
            return "allow_list: bundles whose content hash is listed may provide plug-ins; listed are " + hashes.size()
                    + " names";
        }
    }

    /** Those that are signed, each entry by one and the same accepted signer. */
    record Signed(Signatures signatures) implements Policy {
        @Override
        public String objection(Candidate c) {
            String why = signatures.objection(c.content);
            return why.isEmpty() ? "" : REFUSED + " signed: " + why;
        }

        @Override
        public String words() {
            return "signed: bundles signed under one of "
                    + signatures.signers().anchors().size() + " certificates in "
                    + signatures.signers().store() + " may provide plug-ins";
        }
    }

    /**
     * None may: guessing would open the door.
     *
     * @param mistake true if what was configured makes no sense, false if it is still to come
     */
    record None(String why, boolean mistake) implements Policy {
        @Override
        public String objection(Candidate c) {
            return REFUSED + ": " + why;
        }

        @Override
        public String words() {
            return "none: " + why;
        }
    }
}
