package io.datastream.jdbc.poll;

import java.util.List;

class H2PollTest extends PollContract {
    @Override
    Sql database() {
        return Sql.h2();
    }

    @Override
    String timeType() {
        return "timestamp(6)";
    }

    @Override
    String uuidType() {
        return "uuid";
    }

    @Override
    List<String> types() {
        return List.of(
                "flag boolean, small smallint, whole int, single real, wide double precision, amount numeric(12,2),"
                        + " note varchar(100), payload varbinary(10), at timestamp(6) with time zone, local_time"
                        + " timestamp(6), \"DAY\" date, clock time, kind varchar(5)",
                "true, 7, 42, 1.5, 2.25, 1234567.89, 'Zoë''s \"note\"', X'00ff10', '2024-02-29 12:34:56.123456+02',"
                        + " '2024-02-29 12:34:56.123456', '2024-02-29', '12:34:56', 'OLD'");
    }
}
