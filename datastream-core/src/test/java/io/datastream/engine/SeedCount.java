package io.datastream.engine;

/** How many seeds a test takes, by the properties of the testkit's {@code Seeds}, which the tests of this module cannot use. */
final class SeedCount {
    private SeedCount() {}

    static int of(int usual) {
        int most = Integer.getInteger("datastream.seeds.most", usual);
        return Integer.getInteger("datastream.seeds", Math.min(usual, most));
    }
}
