package org.fascicle.plugin;

import java.util.List;
import java.util.Optional;

/**
 * A plug-in that is needed and not there. Immutable.
 *
 * @param reason the sentence that {@link Plugins#create} would fail with: what is missing, why, and the remedy
 * @param last who provided it last, if that is known
 * @param offers which repositories have it, as far as they have been read
 */
public record Lack(Want want, String reason, Optional<Origin> last, List<Offer> offers) {
    public Lack {
        offers = List.copyOf(offers);
    }
}
