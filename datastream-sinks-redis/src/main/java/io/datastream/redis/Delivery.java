package io.datastream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Brings the results of a batch into the server: {@link #send} lets it have all of them, {@link #receive} waits for what it
 * says, and in between it works while the next batch is gathered. What plain commands write as safely as the script goes by
 * them; the rest goes by calls of the script. Either way the results of a key are written one after the other.
 *
 * <p>One result of a stream is tried at the end of it, and if the server refuses it there, the script looks where it belongs.
 * With several that is not enough, as a later one may be taken although the one before was not.
 */
final class Delivery {
    /** Results for one call of the script, so that the server begins while the next call is made, and serves others too. */
    private static final int CALL_RESULTS = 100;

    private static final String NEWER_IS_THERE = "equal or smaller than the target stream top item";

    private final Form form;
    private final boolean limited;
    private final Link link;
    private final List<byte[]> limits;

    /** What was sent by plain commands, and by each call of the script. */
    private List<Batch> plain = List.of();

    private List<List<Batch>> scripted = List.of();

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

    /** Lets the server have the results of some keys. All of the batch before must have been received. */
    void send(Collection<Batch> batches) {
        List<Batch> alone = new ArrayList<>();
        List<Batch> others = new ArrayList<>();
        for (Batch batch : batches) {
            if (limited || !form.isPlain(batch.items())) {
                others.add(batch);
            } else if (form.isOneCall()) {
                alone.add(batch);
            } else {
                batch.items().forEach(item -> alone.add(new Batch(batch.name(), batch.key(), List.of(item))));
            }
        }
        alone.forEach(batch -> link.send(form.command(), form.call(batch.key(), batch.items())));
        plain = alone;
        scripted = sendScript(others);
        link.push();
    }

    /** Calls the script for some keys, with the results of a key always in one call. */
    private List<List<Batch>> sendScript(List<Batch> batches) {
        List<List<Batch>> calls = new ArrayList<>();
        List<Batch> call = new ArrayList<>();
        int results = 0;
        for (Batch batch : batches) {
            call.add(batch);
            results += batch.items().size();
            if (results >= CALL_RESULTS) {
                sendCall(call);
                calls.add(call);
                call = new ArrayList<>();
                results = 0;
            }
        }
        if (!call.isEmpty()) {
            sendCall(call);
            calls.add(call);
        }
        return calls;
    }

    private void sendCall(List<Batch> batches) {
        List<byte[]> keys = new ArrayList<>(batches.size());
        List<byte[]> arguments = new ArrayList<>(limits);
        for (Batch batch : batches) {
            keys.add(batch.key());
            if (form.isCounted()) {
                arguments.add(Form.number(batch.items().size()));
            }
            batch.items().forEach(item -> form.arguments(item, arguments));
        }
        link.sendScript(keys, arguments);
    }

    /**
     * Waits until the server has dealt with all that was sent.
     *
     * @return what went wrong; all others are there
     */
    List<Trouble> receive() {
        List<Trouble> troubles = new ArrayList<>();
        List<Batch> behind = receivePlain(troubles);
        receiveScript(scripted, troubles);
        if (!behind.isEmpty()) {
            receiveScript(sendScript(behind), troubles);
        }
        return troubles;
    }

    /** @return what the script has to look at */
    private List<Batch> receivePlain(List<Trouble> troubles) {
        List<Batch> behind = new ArrayList<>();
        List<Object> replies = link.replies(plain.size());
        for (int i = 0; i < plain.size(); i++) {
            if (replies.get(i) instanceof JedisDataException error) {
                Batch batch = plain.get(i);
                if (String.valueOf(error.getMessage()).contains(NEWER_IS_THERE)) {
                    behind.add(batch);
                } else {
                    troubles.add(new Trouble(batch.name(), batch.items(), error));
                }
            }
        }
        return behind;
    }

    private void receiveScript(List<List<Batch>> calls, List<Trouble> troubles) {
        List<Object> replies = link.replies(calls.size());
        for (int i = 0; i < calls.size(); i++) {
            List<Batch> call = calls.get(i);
            if (replies.get(i) instanceof JedisDataException error) { // none of them was written
                call.forEach(batch -> troubles.add(new Trouble(batch.name(), batch.items(), error)));
            } else {
                ((List<?>) replies.get(i)).forEach(trouble -> troubles.add(trouble(call, (List<?>) trouble)));
            }
        }
    }

    private static Trouble trouble(List<Batch> call, List<?> parts) {
        Batch batch = call.get(Math.toIntExact((Long) parts.get(0)) - 1);
        int number = Math.toIntExact((Long) parts.get(1));
        return number > 0
                ? new Trouble(batch.name(), List.of(batch.items().get(number - 1)), null)
                : new Trouble(
                        batch.name(), batch.items(), new JedisDataException(new String((byte[]) parts.get(2), UTF_8)));
    }
}
