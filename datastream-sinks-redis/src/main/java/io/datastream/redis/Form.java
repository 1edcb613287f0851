package io.datastream.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.datastream.sink.Guarantee;
import io.datastream.sink.Receipt;
import io.datastream.time.EventTime;
import java.io.Serializable;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Protocol.Command;

/** What a sink makes of the results of a key, by the script that does it in the server or by plain commands. */
enum Form implements Serializable {
    /** A hash with the result of the latest event time. */
    LATEST(Guarantee.EFFECTIVELY_ONCE, Scripts.LATEST) {
        @Override
        void add(List<Item> items, Item item) {
            if (items.isEmpty()) {
                items.add(item);
            } else if (item.time() >= items.get(0).time()) {
                items.set(0, item);
            }
        }

        @Override
        boolean isCounted() {
            return false;
        }

        @Override
        void arguments(Item item, List<byte[]> arguments) {
            arguments.add(text(item.time()));
            arguments.add(item.value());
        }
    },

    /** A stream with ids made of the event time. */
    STREAM(Guarantee.EFFECTIVELY_ONCE, Scripts.STREAM) {
        @Override
        void arguments(Item item, List<byte[]> arguments) {
            arguments.add(id(item.time()));
            arguments.add(text(item.time()));
            arguments.add(item.value());
        }

        @Override
        boolean isPlain(List<Item> items) {
            return items.size() == 1; // of several, a later one may be taken although the one before was not
        }

        @Override
        byte[][] call(byte[] key, List<Item> items) {
            return entry(key, id(items.get(0).time()), items.get(0));
        }

        @Override
        String objection(long time) {
            return time >= 0
                    ? ""
                    : "event time: " + EventTime.describe(time)
                            + " (expected: not before 1970, as ids of a stream are not)";
        }
    },

    /** A stream with ids that the server makes. */
    APPENDED(Guarantee.AT_LEAST_ONCE, Scripts.APPENDED) {
        @Override
        void arguments(Item item, List<byte[]> arguments) {
            arguments.add(text(item.time()));
            arguments.add(item.value());
        }

        @Override
        boolean isPlain(List<Item> items) {
            return true;
        }

        @Override
        byte[][] call(byte[] key, List<Item> items) {
            return entry(key, ANY_ID, items.get(0));
        }
    },

    /** A sorted set by event time. */
    TIME_ORDERED(Guarantee.EFFECTIVELY_ONCE, Scripts.TIME_ORDERED) {
        @Override
        void arguments(Item item, List<byte[]> arguments) {
            byte[] time = text(item.time());
            byte[] member = new byte[time.length + 1 + item.value().length];
            System.arraycopy(time, 0, member, 0, time.length);
            member[time.length] = ' ';
            System.arraycopy(item.value(), 0, member, time.length + 1, item.value().length);
            arguments.add(number(EventTime.toMillis(item.time())));
            arguments.add(member);
        }

        @Override
        boolean isPlain(List<Item> items) {
            return true;
        }

        @Override
        Command command() {
            return Command.ZADD;
        }

        @Override
        boolean isOneCall() {
            return true;
        }

        @Override
        byte[][] call(byte[] key, List<Item> items) {
            List<byte[]> words = new ArrayList<>(1 + 2 * items.size());
            words.add(key);
            items.forEach(item -> arguments(item, words));
            return words.toArray(new byte[0][]);
        }
    };

    private static final byte[] NO_TIME = "0000-00-00T00:00:00.000000000Z".getBytes(US_ASCII);
    private static final byte[] ANY_ID = {'*'};
    private static final byte[] TIME = "time".getBytes(US_ASCII);
    private static final byte[] VALUE = "value".getBytes(US_ASCII);

    private static final long NANOS_OF_MILLI = 1_000_000;
    private static final long IDS_OF_NANO = 1_000_000;
    private static final long NANOS_OF_SECOND = 1_000_000_000;

    private final Guarantee guarantee;
    private final String script;

    Form(Guarantee guarantee, String script) {
        this.guarantee = guarantee;
        this.script = script;
    }

    /** A result that waits: its event time, its bytes, and what stands for it. */
    @SuppressWarnings("ArrayRecordComponent")
    record Item(long time, byte[] value, Receipt receipt) {}

    Guarantee guarantee() {
        return guarantee;
    }

    String script() {
        return script;
    }

    /** Adds a result to those of its key that wait. */
    void add(List<Item> items, Item item) {
        items.add(item);
    }

    /** Whether the script is told how many results a key has; if not, each has one. */
    boolean isCounted() {
        return true;
    }

    /** Adds what the script needs of a result. */
    abstract void arguments(Item item, List<byte[]> arguments);

    /** Whether results of a key, without limits, can be written by plain commands. */
    boolean isPlain(List<Item> items) {
        return false;
    }

    /** The plain command. */
    Command command() {
        return Command.XADD;
    }

    /** Whether one call of the plain command writes all results of a key; if not, each needs its own. */
    boolean isOneCall() {
        return false;
    }

    /** The arguments of the plain command. */
    byte[][] call(byte[] key, List<Item> items) {
        throw new UnsupportedOperationException(this + " is written by its script alone");
    }

    private static byte[][] entry(byte[] key, byte[] id, Item item) {
        return new byte[][] {key, id, TIME, text(item.time()), VALUE, item.value()};
    }

    /** The first of the ids of a nanosecond. */
    private static byte[] id(long time) {
        long first = Math.floorMod(time, NANOS_OF_MILLI) * IDS_OF_NANO + 1;
        return (EventTime.toMillis(time) + "-" + first).getBytes(US_ASCII);
    }

    /** Why a result of this event time cannot be written; empty if it can. */
    String objection(long time) {
        return "";
    }

    /**
     * A time whose order is that of its characters, all 30 of them, as the years of event time have four digits. As a
     * formatter would write it, but many times faster.
     */
    static byte[] text(long time) {
        byte[] text = NO_TIME.clone();
        LocalDateTime utc = LocalDateTime.ofEpochSecond(
                Math.floorDiv(time, NANOS_OF_SECOND), (int) Math.floorMod(time, NANOS_OF_SECOND), ZoneOffset.UTC);
        digits(text, 4, utc.getYear());
        digits(text, 7, utc.getMonthValue());
        digits(text, 10, utc.getDayOfMonth());
        digits(text, 13, utc.getHour());
        digits(text, 16, utc.getMinute());
        digits(text, 19, utc.getSecond());
        digits(text, 29, utc.getNano());
        return text;
    }

    private static void digits(byte[] text, int end, int number) {
        int rest = number;
        for (int at = end - 1; rest > 0; at--) {
            text[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    static byte[] number(long number) {
        return Long.toString(number).getBytes(US_ASCII);
    }
}
