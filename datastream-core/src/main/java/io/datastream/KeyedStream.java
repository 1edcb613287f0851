package io.datastream;

import io.datastream.codec.Codec;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Late;
import io.datastream.function.BiFn;
import io.datastream.function.Condition;
import io.datastream.function.Fn;
import io.datastream.plan.Node;
import io.datastream.plan.Node.CrossingNode;
import io.datastream.plan.Node.FilterNode;
import io.datastream.plan.Node.KeyedNode;
import io.datastream.plan.Node.MapNode;
import io.datastream.plan.Node.SideNode;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Node.WindowNode;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.sink.Sink;
import io.datastream.time.Windows;

/**
 * Records grouped by key: where state lives.
 *
 * @param <K> the key
 * @param <T> the records
 */
public final class KeyedStream<K, T> {
    private final Node node;

    KeyedStream(Node node) {
        this.node = node;
    }

    /** What the processor makes of the records of each key. */
    public <S, R> KeyedStream<K, R> process(KeyedProcessor<? super K, ? super T, S, ? extends R> processor) {
        return new KeyedStream<>(new KeyedNode(node, processor, null));
    }

    /** What the processor makes of the records of each key; those that come too late leave by the side output. */
    public <S, R> KeyedStream<K, R> process(
            KeyedProcessor<? super K, ? super T, S, ? extends R> processor, SideOutput<Late<T>> late) {
        return new KeyedStream<>(new KeyedNode(node, processor, late));
    }

    /** The records that meet the condition. */
    public KeyedStream<K, T> filter(Condition<? super T> condition) {
        return new KeyedStream<>(new FilterNode(node, condition));
    }

    /** The result of the function for each record, under the same key. A null result is an error of the record. */
    public <R> KeyedStream<K, R> mapValues(Fn<? super T, ? extends R> fn) {
        return new KeyedStream<>(new MapNode(node, fn));
    }

    /**
     * The result of the function for each key and record, under the same key: for results that do not name their key.
     * A null result is an error of the record.
     */
    public <R> KeyedStream<K, R> mapValues(BiFn<? super K, ? super T, ? extends R> fn) {
        return new KeyedStream<>(new MapNode(node, fn));
    }

    /**
     * The same records, written by this codec where they cross to another process. It counts at the place where it is
     * given: just before the first step with state after {@code keyBy}. Without it records are written as what they are:
     * text, numbers, times, enums, lists, and Java records of these.
     */
    public KeyedStream<K, T> withCodec(Codec<T> codec) {
        return node instanceof CrossingNode crossing
                ? new KeyedStream<>(new CrossingNode(crossing.input(), codec, crossing.topic()))
                : new KeyedStream<>(new CrossingNode(node, codec, null));
    }

    /**
     * Cuts the pipeline into parts here: the records travel through a topic, and what comes before and after it can be
     * deployed, scaled and restarted apart, on runtimes that run parts. Results stay the same. Give it after
     * {@code keyBy}, just before the first step with state; {@code withCodec} may stand beside it.
     *
     * @param topic a name for the topic, within the pipeline's own; it also names the part that reads it
     */
    public KeyedStream<K, T> via(String topic) {
        String name = Names.check(topic);
        return node instanceof CrossingNode crossing
                ? new KeyedStream<>(new CrossingNode(crossing.input(), crossing.codec(), name))
                : new KeyedStream<>(new CrossingNode(node, null, name));
    }

    /** Groups the records of each key by time or count; {@link WindowedStream#aggregate} must follow. */
    public WindowedStream<K, T> window(Windows windows) {
        return new WindowedStream<>(node, windows, null, null);
    }

    /**
     * What the last step gives out on a side output.
     *
     * @throws IllegalArgumentException if the last step has no such side output
     */
    public <X> Stream<X> side(SideOutput<X> side) {
        boolean known = switch (kindOf(node)) {
            case PROCESS ->
                ((KeyedNode) node).processor().sideOutputs().contains(side) || side.equals(((KeyedNode) node).late());
            case WINDOW -> side.equals(((WindowNode) node).late());
            case OTHER -> false;
        };
        if (!known) {
            throw new IllegalArgumentException("side output: " + side.name() + " (expected: one that the last step, "
                    + node + ", declares or was given for its late records)");
        }
        return new Stream<>(new SideNode(node, side));
    }

    private enum Kind {
        PROCESS,
        WINDOW,
        OTHER
    }

    private static Kind kindOf(Node node) {
        return node instanceof KeyedNode ? Kind.PROCESS : node instanceof WindowNode ? Kind.WINDOW : Kind.OTHER;
    }

    /** The records without their key. */
    public Stream<T> values() {
        return new Stream<>(node);
    }

    /** The same stream, with this name for its last step. Names identify state and appear in metrics. */
    public KeyedStream<K, T> named(String name) {
        return new KeyedStream<>(node.with(Names.check(name), node.errorPolicy()));
    }

    /**
     * The same stream, with this treatment of records that fail in its last step. Default: the pipeline fails. A step
     * with state is not tried again.
     */
    public KeyedStream<K, T> onError(ErrorPolicy policy) {
        return new KeyedStream<>(node.with(node.givenName(), policy));
    }

    /** Ends the chain: the records go to the sink. */
    public Pipeline to(Sink<? super T> sink) {
        return Pipeline.endingIn(new SinkNode(node, sink));
    }

    /**
     * Ends the chain: the records go to the sink, with this treatment of those that it refuses, such as a row that violates
     * a constraint, or that cannot be turned into bytes. Default: the pipeline fails. Retries of the policy count for topics
     * only; other sinks try again by themselves what may go away.
     */
    public Pipeline to(Sink<? super T> sink, ErrorPolicy policy) {
        return Pipeline.endingIn(new SinkNode(node, sink).with(null, policy));
    }
}
