package io.datastream.jdbc;

class MariaDbExactKitIT extends MariaDbSinkKitIT {
    @Override
    boolean isExact() {
        return true;
    }
}
