package org.fascicle.tck.third;

import org.fascicle.data.Augmentation;
import org.fascicle.plugin.FascicleAugmentation;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Shape;

/** One element in a hundred becomes 1: the plug-in guide's example. */
@FascicleAugmentation("salt")
public final class Salt implements Augmentation {
    @Override
    public void apply(Draws draws, Shape in, float[] from, int fromAt, float[] to, int toAt) {
        for (int i = 0; i < in.size(); i++) to[toAt + i] = draws.uniform(i) < 0.01f ? 1 : from[fromAt + i];
    }
}
