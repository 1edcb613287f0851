package io.datastream.influxdb;

import io.datastream.sink.Sink;
import io.datastream.testkit.compat.SinkKit;
import java.util.List;

/** What the kit needs to know of the sink, on every server. */
abstract class InfluxSinkKit extends SinkKit<InfluxSinkKit.Reading> {
    /** A negative value is written as text, which the field does not take once it is a number. */
    record Reading(String sensor, String note, long value) {}

    abstract InfluxConnection connection();

    @Override
    protected Sink<Reading> sink() {
        return InfluxSink.<Reading>into("readings", connection())
                .tag("sensor", Reading::sensor)
                .field("value", reading -> reading.value() < 0 ? "negative" : (Object) reading.value())
                .field("note", Reading::note);
    }

    @Override
    protected Reading result(int key, int version) {
        return new Reading("s" + key % 7, "k" + key, version);
    }

    @Override
    protected Reading refused() {
        return new Reading("s0", "refused", -1);
    }

    @Override
    protected int many() {
        return 12_000;
    }

    @Override
    protected List<Reading> strange() {
        return List.of(
                new Reading("s, t=u v,w=x y c:\\temp", "\"quoted\" and \\back\\slashed\\", 1),
                new Reading("'; DROP MEASUREMENT readings; --", "value=7i 1\nreadings,sensor=x value=8i 2", 2),
                new Reading("\uD83D\uDE80 \u00e9\u4e16\ttab", "\uD83D\uDE80 \u00e9\u4e16\ttab", 3),
                new Reading("#comment", "", Long.MAX_VALUE),
                new Reading("x".repeat(10_000), "y".repeat(60_000), 5));
    }
}
