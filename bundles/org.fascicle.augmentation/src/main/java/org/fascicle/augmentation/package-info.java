/** What changes samples on the way to a batch: preprocessing, and random changes while a model learns. */
package org.fascicle.augmentation;
