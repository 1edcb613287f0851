package io.datastream.jdbc;

class H2ExactKitTest extends H2SinkKitTest {
    @Override
    boolean isExact() {
        return true;
    }
}
