package org.fascicle.provisioning;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fascicle.provision.ProvisioningException;

/** The prefixes of all URLs that may be read. Compared by their parts: a prefix of the text would let {@code http://good.org.evil.org} pass. Immutable. */
record Allowed(List<URI> prefixes) {
    Allowed {
        prefixes = List.copyOf(prefixes);
    }

    /** The URL in its normal form; {@link ProvisioningException} if it may not be read. */
    URI check(String what, URI url) {
        Optional<String> wrong = strange(url);
        if (wrong.isPresent()) throw new ProvisioningException(what + ": " + url + " is refused: " + wrong.get());
        URI normal = url.normalize();
        if (prefixes.stream().anyMatch(p -> covers(p, normal))) return normal;
        throw new ProvisioningException(what + ": " + url
                + " is forbidden: no prefix on the allow list covers it (allow of org.fascicle.provisioning"
                + (prefixes.isEmpty() ? ", which is empty)" : ": " + prefixes + ")"));
    }

    /** Why a URL is none that anybody would write in good faith. */
    static Optional<String> strange(URI url) {
        String scheme = scheme(url);
        if (!(scheme.equals("file") || scheme.equals("http") || scheme.equals("https")))
            return Optional.of("only file, http and https are read");
        if (url.isOpaque() || url.getPath() == null || !url.getPath().startsWith("/"))
            return Optional.of("its path must be absolute");
        if (url.getRawUserInfo() != null) return Optional.of("it must carry no user name");
        boolean host = url.getHost() != null && !url.getHost().isEmpty();
        if (scheme.equals("file") && (host || url.getRawQuery() != null))
            return Optional.of("a file must be one of this machine");
        if (!scheme.equals("file") && !host) return Optional.of("it names no host");
        String raw = url.normalize().getRawPath().toLowerCase(Locale.ROOT);
        if (raw.startsWith("/..")
                || raw.contains("%2e")
                || raw.contains("%2f")
                || raw.contains("%5c")
                || raw.contains("%00")) return Optional.of("its path leads elsewhere than it seems");
        return Optional.empty();
    }

    static boolean isFile(URI url) {
        return scheme(url).equals("file");
    }

    private static String scheme(URI url) {
        return url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    }

    private static boolean covers(URI prefix, URI url) {
        if (!scheme(prefix).equals(scheme(url))) return false;
        if (!isFile(url) && !(prefix.getHost().equalsIgnoreCase(url.getHost()) && port(prefix) == port(url)))
            return false;
        String p = prefix.normalize().getPath(), path = url.getPath();
        return path.startsWith(p) && (p.endsWith("/") || path.length() == p.length() || path.charAt(p.length()) == '/');
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : scheme(url).equals("https") ? 443 : 80;
    }
}
