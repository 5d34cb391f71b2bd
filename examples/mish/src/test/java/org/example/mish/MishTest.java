package org.example.mish;

import org.fascicle.tck.ActivationContract;

class MishTest extends ActivationContract<Mish> {}
