package org.fascicle.registry.trust;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a policy from a configuration. Whatever makes no sense gives a policy that trusts nothing and says why. Stateless. */
final class Settings {
    static final String PID = "org.fascicle.registry";
    /** Begins with a dot, so that Declarative Services does not publish it. */
    static final String PASSWORD = ".trust.keystore.password";

    private static final String TRUST = "trust";
    private static final String ALLOW = "trust.allow";
    private static final String STORE = "trust.keystore";
    private static final List<String> KEYS = List.of(TRUST, ALLOW, STORE, PASSWORD);
    /** What configuration agents, Configuration Admin and Declarative Services add. */
    private static final Pattern FOREIGN =
            Pattern.compile("(service|component|felix|org\\.apache\\.felix|osgi|fascicle)\\..*");

    private static final Pattern LISTED = Pattern.compile("([A-Za-z0-9_.-]+)\\s*=\\s*([0-9a-fA-F]{64})");
    private static final String AFTER = "; until this is mended nothing is trusted";

    /** What cannot be read as meant. */
    private static final class Nonsense extends Exception {
        private static final long serialVersionUID = 1;

        Nonsense(String message) {
            super(message);
        }
    }

    private Settings() {}

    /**
     * The policy.
     *
     * @param start what the framework property {@code fascicle.trust} says: what holds as long as nothing is configured
     * @param home where paths that are not absolute begin
     * @param scratch where temporary files go
     */
    static Policy policy(Map<String, ?> properties, Optional<String> start, Optional<Path> home, Path scratch) {
        try {
            List<String> given = properties.keySet().stream()
                    .filter(k -> !FOREIGN.matcher(k).matches())
                    .sorted()
                    .toList();
            for (String key : given) {
                if (!KEYS.contains(key) && !(key.startsWith(".") && !key.startsWith(".trust")))
                    throw new Nonsense("there is no key " + key + "; known are " + String.join(", ", KEYS));
            }
            if (!properties.containsKey(TRUST)) {
                if (given.stream().anyMatch(KEYS::contains))
                    throw new Nonsense(
                            given.get(0) + " is given and trust is not; add trust=allow_list or trust=signed");
                return unconfigured(start);
            }
            return switch (String.valueOf(properties.get(TRUST))) {
                case "any" -> new Policy.Any();
                case "allow_list" -> allowList(properties.get(ALLOW));
                case "signed" -> signed(properties, home, scratch);
                default ->
                    throw new Nonsense("trust must be any, allow_list or signed, got \"" + properties.get(TRUST) + '"');
            };
        } catch (Nonsense e) {
            return new Policy.None("configuration " + PID + ": " + e.getMessage() + AFTER, true);
        } catch (RuntimeException e) {
            return new Policy.None("configuration " + PID + " cannot be read: " + Signatures.oneLine(e) + AFTER, true);
        }
    }

    private static Policy unconfigured(Optional<String> start) {
        return switch (start.orElse("any")) {
            case "any" -> new Policy.Any();
            case "configured" ->
                new Policy.None(
                        "configuration " + PID
                                + " has not come, and the framework property fascicle.trust=configured asks to wait for it",
                        false);
            default ->
                new Policy.None(
                        "the framework property fascicle.trust must be any or configured, got \"" + start.get() + '"'
                                + AFTER,
                        true);
        };
    }

    private static Policy allowList(Object value) throws Nonsense {
        Map<String, Set<String>> hashes = new HashMap<>();
        for (String item : items(value)) {
            Matcher m = LISTED.matcher(item);
            if (!m.matches())
                throw new Nonsense(ALLOW + " must list NAME=HASH, a symbolic name and 64 hexadecimal digits, got \""
                        + item + "\"; the command `fascicle hash FILE` tells a jar's hash");
            hashes.computeIfAbsent(m.group(1), n -> new TreeSet<>())
                    .add(m.group(2).toLowerCase(Locale.ROOT));
        }
        return new Policy.AllowList(Map.copyOf(hashes));
    }

    private static List<String> items(Object value) throws Nonsense {
        if (value instanceof String[] a) return Arrays.asList(a);
        List<String> items = new ArrayList<>();
        if (value instanceof String s) {
            for (String item : s.split(",")) if (!item.isBlank()) items.add(item.strip());
        } else if (value instanceof Collection<?> c) {
            c.forEach(o -> items.add(String.valueOf(o)));
        } else {
            throw new Nonsense(ALLOW + " must be a list of texts NAME=HASH, got "
                    + (value == null ? "nothing" : value.getClass().getSimpleName()));
        }
        return items;
    }

    private static Policy signed(Map<String, ?> properties, Optional<Path> home, Path scratch) throws Nonsense {
        if (!(properties.get(STORE) instanceof String name) || name.isBlank())
            throw new Nonsense(
                    "trust=signed needs " + STORE + ", the path of a key store with the certificates to trust");
        Object password = properties.get(PASSWORD);
        try {
            Path path = home.map(h -> h.resolve(name)).orElse(Path.of(name));
            if (!path.isAbsolute()) throw new Nonsense(STORE + " must be an absolute path, got " + name);
            Signers signers = Signers.read(
                    path, password == null ? null : password.toString().toCharArray());
            if (signers.anchors().isEmpty())
                throw new Nonsense(STORE + " " + path + " has no trusted certificate"
                        + (password == null ? "; is " + PASSWORD + " missing?" : "; add one: keytool -importcert"));
            return new Policy.Signed(new Signatures(signers, scratch));
        } catch (IOException | GeneralSecurityException | InvalidPathException e) {
            throw new Nonsense(STORE + " " + name + " cannot be read: " + Signatures.oneLine(e));
        }
    }
}
