package io.datastream.jdbc;

class PostgresExactKitIT extends PostgresSinkKitIT {
    @Override
    boolean isExact() {
        return true;
    }
}
