package io.datastream.jdbc;

/** A database that is known by a dialect of the user alone. */
class GivenDialectKitTest extends H2SinkKitTest {
    @Override
    JdbcConnection connection() {
        return super.connection().withDialect(GivenDialectTest.ByHand.H2);
    }
}
