package io.datastream.jdbc;

class GivenDialectExactKitTest extends GivenDialectKitTest {
    @Override
    boolean isExact() {
        return true;
    }
}
