package io.datastream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.redis.Form.Item;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Brings the results of a batch into the server. What plain commands write as safely as the script goes by them, as they cost
 * the server about half; the rest is one call of the script. Either way the results of a key are written one after the
 * other.
 *
 * <p>One result of a stream is tried at the end of it, and if the server refuses it there, the script looks where it belongs.
 * With several that is not enough, as a later one may be taken although the one before was not. So they go by plain
 * commands only if all of them are newer than the stream, and the stream is watched until they are written.
 */
final class Delivery {
    /** The server compares what is watched with each other, so many streams cost it more than the script does. */
    private static final int MOST_WATCHED = 250;

    private static final String NEWER_IS_THERE = "equal or smaller than the target stream top item";

    private final Form form;
    private final boolean limited;
    private final Link link;
    private final List<byte[]> limits;

    Delivery(Definition<?> definition, RedisConnection connection) {
        this.form = definition.form();
        this.limited = definition.isLimited();
        this.link = new Link(connection, form.script());
        this.limits = List.of(
                Form.number(definition.maxLength()),
                Form.number(definition.retentionMillis()),
                Form.number(definition.timeToLiveMillis()));
    }

    /** Connects, if it is not connected. */
    void connect() {
        link.connected();
    }

    /** Gives the connection up. */
    void disconnect() {
        link.discard();
    }

    /**
     * Writes the results of some keys.
     *
     * @return what went wrong; all others are there
     */
    List<Trouble> run(Collection<Batch> batches) {
        List<Batch> plain = new ArrayList<>(batches.size());
        List<Batch> several = new ArrayList<>();
        List<Batch> others = new ArrayList<>();
        for (Batch batch : batches) {
            if (limited || !form.isPlain(batch.items())) {
                others.add(batch);
            } else if (form == Form.STREAM && batch.items().size() > 1) {
                several.add(batch);
            } else {
                plain.add(batch);
            }
        }
        List<Trouble> troubles = new ArrayList<>();
        if (several.size() > MOST_WATCHED) {
            others.addAll(several);
        } else if (!several.isEmpty()) {
            runWatched(several, others, troubles);
        }
        if (!plain.isEmpty()) {
            others.addAll(runPlain(plain, false, troubles));
        }
        if (!others.isEmpty()) {
            runScript(others, troubles);
        }
        return troubles;
    }

    /** Writes those streams whose newest entry is older than all of a batch, unless another writes to them meanwhile. */
    private void runWatched(List<Batch> batches, List<Batch> others, List<Trouble> troubles) {
        List<Batch> newer = new ArrayList<>(batches.size());
        Iterator<Object> replies =
                link.watch(batches.stream().map(Batch::key).toList()).iterator();
        for (Batch batch : batches) {
            Object reply = replies.next();
            if (reply instanceof JedisDataException error && Failures.kind(error) != Failures.Kind.KEY) {
                throw error;
            }
            boolean isNewer = reply instanceof List<?> entries
                    && (entries.isEmpty()
                            || Form.isBefore(id(entries), batch.items().get(0).time()));
            (isNewer ? newer : others).add(batch);
        }
        if (newer.isEmpty()) {
            link.unwatch();
        } else {
            others.addAll(runPlain(newer, true, troubles));
        }
    }

    private static byte[] id(List<?> entries) {
        return (byte[]) ((List<?>) entries.get(0)).get(0);
    }

    /** @return what the script has to look at */
    private List<Batch> runPlain(List<Batch> batches, boolean together, List<Trouble> troubles) {
        List<Batch> parts = form.isOneCall() ? batches : single(batches);
        List<byte[][]> calls = new ArrayList<>(parts.size());
        parts.forEach(part -> calls.add(form.call(part.key(), part.items())));
        List<?> replies = link.exchange(form.command(), calls, together);
        if (replies == null) {
            return batches; // another has written in between
        }
        List<Batch> behind = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (replies.get(i) instanceof JedisDataException error) {
                Batch part = parts.get(i);
                if (String.valueOf(error.getMessage()).contains(NEWER_IS_THERE)) {
                    behind.add(part);
                } else {
                    troubles.add(new Trouble(part.name(), part.items(), error));
                }
            }
        }
        return behind;
    }

    private static List<Batch> single(List<Batch> batches) {
        List<Batch> parts = new ArrayList<>();
        for (Batch batch : batches) {
            for (Item item : batch.items()) {
                parts.add(new Batch(batch.name(), batch.key(), List.of(item)));
            }
        }
        return parts;
    }

    private void runScript(List<Batch> batches, List<Trouble> troubles) {
        List<byte[]> arguments = new ArrayList<>(limits);
        for (Batch batch : batches) {
            arguments.add(Form.number(batch.items().size()));
            batch.items().forEach(item -> form.arguments(item, arguments));
        }
        for (Object trouble : link.run(batches.stream().map(Batch::key).toList(), arguments)) {
            List<?> parts = (List<?>) trouble;
            Batch batch = batches.get(Math.toIntExact((Long) parts.get(0)) - 1);
            int number = Math.toIntExact((Long) parts.get(1));
            troubles.add(
                    number > 0
                            ? new Trouble(batch.name(), List.of(batch.items().get(number - 1)), null)
                            : new Trouble(
                                    batch.name(),
                                    batch.items(),
                                    new JedisDataException(new String((byte[]) parts.get(2), UTF_8))));
        }
    }
}
