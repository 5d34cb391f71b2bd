package org.fascicle.provisioning;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository as the configuration names it: {@code name=url}, with {@code #sha256=} and the hash of the index, which the network needs. Immutable.
 *
 * @param problem why it cannot be used, or empty
 */
record Source(String name, URI index, Optional<String> sha256, String problem) {
    private static final Pattern ENTRY = Pattern.compile("([A-Za-z0-9._-]+)=(\\S+)");
    private static final URI NONE = URI.create("none:none");

    /** @param base what a URL without a scheme is relative to */
    static Source parse(String entry, URI base) {
        Matcher m = ENTRY.matcher(entry.strip());
        if (!m.matches())
            return new Source(entry.strip(), NONE, Optional.empty(), "must be name=url, got \"" + entry + "\"");
        try {
            return of(m.group(1), base.resolve(new URI(m.group(2))));
        } catch (URISyntaxException e) {
            return new Source(m.group(1), NONE, Optional.empty(), "this is no URL: " + m.group(2));
        }
    }

    /** An index with the hash that its URL carries. */
    static Source of(String name, URI url) {
        Optional<String> hash = Optional.empty();
        String problem = "";
        String f = url.getRawFragment();
        if (f != null && f.toLowerCase(Locale.ROOT).matches("sha256=[0-9a-f]{64}")) {
            hash = Optional.of(f.substring(7).toLowerCase(Locale.ROOT));
        } else if (f != null) {
            problem = "after # must stand sha256= and 64 hexadecimal digits, got #" + f;
        } else if (!Allowed.isFile(url)) {
            problem = "what comes over the network needs the hash of its index: " + url + "#sha256=…";
        }
        return new Source(name, Download.withoutFragment(url), hash, problem);
    }
}
