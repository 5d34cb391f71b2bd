package org.fascicle.provisioning;

/**
 * How much is read at most, and how long anything may take.
 *
 * @param indexBytes of an index, packed and unpacked
 * @param bundleBytes of all bundles of one plan together
 * @param readMillis until a server answers or goes on
 * @param totalMillis for one download
 * @param startMillis until what was installed is in the registry
 */
record Bounds(int indexBytes, int bundleBytes, int readMillis, int totalMillis, int startMillis) {}
