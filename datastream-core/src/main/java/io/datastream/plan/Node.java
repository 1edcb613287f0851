package io.datastream.plan;

import io.datastream.aggregate.Aggregation;
import io.datastream.codec.Codec;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Late;
import io.datastream.function.BiFn;
import io.datastream.function.Condition;
import io.datastream.function.Fn;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.Processor;
import io.datastream.processor.SideOutput;
import io.datastream.sink.Sink;
import io.datastream.source.Source;
import io.datastream.time.Windows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a definition. Nodes point at the steps they read from, so two branches that share a prefix share its nodes.
 * Types are not repeated here: the typed chain has checked them.
 */
public abstract sealed class Node {
    private final List<Node> inputs;
    private final @Nullable String givenName;
    private final ErrorPolicy errorPolicy;

    private Node(List<Node> inputs, @Nullable String givenName, ErrorPolicy errorPolicy) {
        this.inputs = inputs;
        this.givenName = givenName;
        this.errorPolicy = errorPolicy;
    }

    /** The steps this one reads from. */
    public final List<Node> inputs() {
        return inputs;
    }

    /** The only step this one reads from. */
    public final Node input() {
        return inputs.get(0);
    }

    /** The name the user gave, or null. */
    public final @Nullable String givenName() {
        return givenName;
    }

    /** What is done with records that fail in this step. */
    public final ErrorPolicy errorPolicy() {
        return errorPolicy;
    }

    /** What the step is, such as {@code filter} or {@code tumbling-PT1M-mean}: its name unless one was given. */
    public abstract String kind();

    /** Whether the step keeps state for each key. */
    public boolean isStateful() {
        return false;
    }

    /** The same step with another name and error policy. */
    public abstract Node with(@Nullable String name, ErrorPolicy policy);

    /** Calls the visitor's method for this kind of step. */
    public abstract <R> R accept(Visitor<R> visitor);

    @Override
    public String toString() {
        return givenName == null ? kind() : givenName;
    }

    /**
     * One method for each kind of step.
     *
     * @param <R> what the methods return
     */
    public interface Visitor<R> {
        /** A source. */
        R source(SourceNode node);

        /** A function of one value, and of its key. */
        R map(MapNode node);

        /** A condition. */
        R filter(FilterNode node);

        /** A function with several results. */
        R flatMap(FlatMapNode node);

        /** A user's processor without state. */
        R process(ProcessNode node);

        /** Several streams as one. */
        R merge(MergeNode node);

        /** A key. */
        R key(KeyNode node);

        /** How records cross to the next stage. */
        R crossing(CrossingNode node);

        /** A processor with state for each key. */
        R keyed(KeyedNode node);

        /** Windows with an aggregation. */
        R window(WindowNode node);

        /** A side output. */
        R side(SideNode node);

        /** A sink. */
        R sink(SinkNode node);
    }

    /** A source. */
    public static final class SourceNode extends Node {
        private final Source<Object> source;

        /** A step that reads this source. */
        @SuppressWarnings("unchecked")
        public SourceNode(Source<?> source) {
            super(List.of(), null, source.errorPolicy());
            this.source = (Source<Object>) source;
        }

        /** What is read. */
        public Source<Object> source() {
            return source;
        }

        @Override
        public String kind() {
            return source.name();
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            Source<Object> changed = source.onError(policy);
            return new SourceNode(name == null ? changed : changed.named(name));
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.source(this);
        }
    }

    /** A function of one value, and of its key. */
    public static final class MapNode extends Node {
        private final BiFn<Object, Object, Object> fn;

        /** A step that applies the function to each value. */
        @SuppressWarnings("unchecked")
        public MapNode(Node input, Fn<?, ?> fn) {
            this(input, ofValue((Fn<Object, Object>) fn), null, ErrorPolicy.fail());
        }

        /** A step that applies the function to each key with its value. */
        @SuppressWarnings("unchecked")
        public MapNode(Node input, BiFn<?, ?, ?> fn) {
            this(input, (BiFn<Object, Object, Object>) fn, null, ErrorPolicy.fail());
        }

        private MapNode(Node input, BiFn<Object, Object, Object> fn, @Nullable String name, ErrorPolicy policy) {
            super(List.of(input), name, policy);
            this.fn = fn;
        }

        private static BiFn<Object, Object, Object> ofValue(Fn<Object, Object> fn) {
            return (key, value) -> fn.apply(value);
        }

        /** The function, of key and value. On a stream without keys it ignores the key, which may be null there. */
        public BiFn<Object, Object, Object> fn() {
            return fn;
        }

        @Override
        public String kind() {
            return "map";
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return new MapNode(input(), fn, name, policy);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.map(this);
        }
    }

    /** A condition. */
    public static final class FilterNode extends Node {
        private final Condition<Object> condition;

        /** A step that lets pass what meets the condition. */
        @SuppressWarnings("unchecked")
        public FilterNode(Node input, Condition<?> condition) {
            this(input, (Condition<Object>) condition, null, ErrorPolicy.fail());
        }

        private FilterNode(Node input, Condition<Object> condition, @Nullable String name, ErrorPolicy policy) {
            super(List.of(input), name, policy);
            this.condition = condition;
        }

        /** The condition. */
        public Condition<Object> condition() {
            return condition;
        }

        @Override
        public String kind() {
            return "filter";
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return new FilterNode(input(), condition, name, policy);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.filter(this);
        }
    }

    /** A function with several results. */
    public static final class FlatMapNode extends Node {
        private final Fn<Object, Iterable<Object>> fn;

        /** A step that applies the function and passes on each of its results. */
        @SuppressWarnings("unchecked")
        public FlatMapNode(Node input, Fn<?, ?> fn) {
            this(input, (Fn<Object, Iterable<Object>>) fn, null, ErrorPolicy.fail());
        }

        private FlatMapNode(Node input, Fn<Object, Iterable<Object>> fn, @Nullable String name, ErrorPolicy policy) {
            super(List.of(input), name, policy);
            this.fn = fn;
        }

        /** The function. */
        public Fn<Object, Iterable<Object>> fn() {
            return fn;
        }

        @Override
        public String kind() {
            return "flatMap";
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return new FlatMapNode(input(), fn, name, policy);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.flatMap(this);
        }
    }

    /** A user's processor without state. */
    public static final class ProcessNode extends Node {
        private final Processor<Object, Object> processor;

        /** A step that calls the processor. */
        @SuppressWarnings("unchecked")
        public ProcessNode(Node input, Processor<?, ?> processor) {
            this(input, (Processor<Object, Object>) processor, null, ErrorPolicy.fail());
        }

        private ProcessNode(
                Node input, Processor<Object, Object> processor, @Nullable String name, ErrorPolicy policy) {
            super(List.of(input), name, policy);
            this.processor = processor;
        }

        /** The processor. */
        public Processor<Object, Object> processor() {
            return processor;
        }

        @Override
        public String kind() {
            String name = processor.getClass().getSimpleName();
            return name.isEmpty() || name.contains("$$Lambda") ? "process" : name;
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return new ProcessNode(input(), processor, name, policy);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.process(this);
        }
    }

    /** Several streams as one. */
    public static final class MergeNode extends Node {
        /** A step that reads all of these. */
        public MergeNode(List<Node> inputs) {
            this(inputs, null);
        }

        private MergeNode(List<Node> inputs, @Nullable String name) {
            super(List.copyOf(inputs), name, ErrorPolicy.fail());
        }

        @Override
        public String kind() {
            return "merge";
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return new MergeNode(inputs(), name);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.merge(this);
        }
    }

    /** A key. */
    public static final class KeyNode extends Node {
        private final Fn<Object, Object> key;
        private final @Nullable Codec<Object> codec;
        private final boolean alreadyPartitioned;

        /**
         * A step that gives each record a key.
         *
         * @param codec writes and reads the key; null for the built-in one
         * @param alreadyPartitioned whether all records of a key come from the same partition, so that no exchange is
         *     needed
         */
        @SuppressWarnings("unchecked")
        public KeyNode(Node input, Fn<?, ?> key, @Nullable Codec<?> codec, boolean alreadyPartitioned) {
            this(input, (Fn<Object, Object>) key, (Codec<Object>) codec, alreadyPartitioned, null, ErrorPolicy.fail());
        }

        private KeyNode(
                Node input,
                Fn<Object, Object> key,
                @Nullable Codec<Object> codec,
                boolean alreadyPartitioned,
                @Nullable String name,
                ErrorPolicy policy) {
            super(List.of(input), name, policy);
            this.key = key;
            this.codec = codec;
            this.alreadyPartitioned = alreadyPartitioned;
        }

        /** Reads the key from a value. */
        public Fn<Object, Object> key() {
            return key;
        }

        /** Writes and reads the key; null for the built-in codec. */
        public @Nullable Codec<Object> codec() {
            return codec;
        }

        /** Whether all records of a key come from the same partition. */
        public boolean isAlreadyPartitioned() {
            return alreadyPartitioned;
        }

        @Override
        public String kind() {
            return alreadyPartitioned ? "keyedBy" : "keyBy";
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return new KeyNode(input(), key, codec, alreadyPartitioned, name, policy);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.key(this);
        }
    }

    /** How records cross to the next stage, where that matters. Changes no record. */
    public static final class CrossingNode extends Node {
        private final @Nullable Codec<Object> codec;
        private final @Nullable String topic;

        /**
         * A step that says how records cross here.
         *
         * @param codec writes and reads the records; null for the built-in one
         * @param topic the topic that cuts the pipeline into parts here; null for none
         */
        @SuppressWarnings("unchecked")
        public CrossingNode(Node input, @Nullable Codec<?> codec, @Nullable String topic) {
            this(input, (Codec<Object>) codec, topic, null);
        }

        private CrossingNode(Node input, @Nullable Codec<Object> codec, @Nullable String topic, @Nullable String name) {
            super(List.of(input), name, ErrorPolicy.fail());
            this.codec = codec;
            this.topic = topic;
        }

        /** Writes and reads the records; null for the built-in one. */
        public @Nullable Codec<Object> codec() {
            return codec;
        }

        /** The topic that cuts the pipeline into parts here; null for none. */
        public @Nullable String topic() {
            return topic;
        }

        @Override
        public String kind() {
            return topic == null ? "codec" : "via " + topic;
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return new CrossingNode(input(), codec, topic, name);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.crossing(this);
        }
    }

    /** A processor with state for each key. */
    public static final class KeyedNode extends Node {
        private final KeyedProcessor<Object, Object, Object, Object> processor;
        private final @Nullable SideOutput<Late<Object>> late;

        /** A step that calls the processor; records that are too late go to the side output, if there is one. */
        @SuppressWarnings("unchecked")
        public KeyedNode(Node input, KeyedProcessor<?, ?, ?, ?> processor, @Nullable SideOutput<?> late) {
            this(
                    input,
                    (KeyedProcessor<Object, Object, Object, Object>) processor,
                    (SideOutput<Late<Object>>) late,
                    null,
                    ErrorPolicy.fail());
        }

        private KeyedNode(
                Node input,
                KeyedProcessor<Object, Object, Object, Object> processor,
                @Nullable SideOutput<Late<Object>> late,
                @Nullable String name,
                ErrorPolicy policy) {
            super(List.of(input), name, policy);
            this.processor = processor;
            this.late = late;
        }

        /** The processor. */
        public KeyedProcessor<Object, Object, Object, Object> processor() {
            return processor;
        }

        /** Where late records go; null for nowhere. */
        public @Nullable SideOutput<Late<Object>> late() {
            return late;
        }

        @Override
        public String kind() {
            return processor.name();
        }

        @Override
        public boolean isStateful() {
            return true;
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return new KeyedNode(input(), processor, late, name, policy);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.keyed(this);
        }
    }

    /** Windows with an aggregation. */
    public static final class WindowNode extends Node {
        private final Windows windows;
        private final Aggregation<Object, Object, Object> aggregation;
        private final @Nullable SideOutput<Late<Object>> late;
        private final @Nullable Explained explained;

        /**
         * A step that aggregates windows.
         *
         * @param late where records go that are too late; null for nowhere
         * @param explained how the windows are to be explained; null for not at all
         */
        @SuppressWarnings("unchecked")
        public WindowNode(
                Node input,
                Windows windows,
                Aggregation<?, ?, ?> aggregation,
                @Nullable SideOutput<?> late,
                @Nullable Explained explained) {
            this(
                    input,
                    windows,
                    (Aggregation<Object, Object, Object>) aggregation,
                    (SideOutput<Late<Object>>) late,
                    explained,
                    null,
                    ErrorPolicy.fail());
        }

        private WindowNode(
                Node input,
                Windows windows,
                Aggregation<Object, Object, Object> aggregation,
                @Nullable SideOutput<Late<Object>> late,
                @Nullable Explained explained,
                @Nullable String name,
                ErrorPolicy policy) {
            super(List.of(input), name, policy);
            this.windows = windows;
            this.aggregation = aggregation;
            this.late = late;
            this.explained = explained;
        }

        /** The windows. */
        public Windows windows() {
            return windows;
        }

        /** The aggregation. */
        public Aggregation<Object, Object, Object> aggregation() {
            return aggregation;
        }

        /** Where late records go; null for nowhere. */
        public @Nullable SideOutput<Late<Object>> late() {
            return late;
        }

        /** How the windows are to be explained; null for not at all. */
        public @Nullable Explained explained() {
            return explained;
        }

        @Override
        public String kind() {
            return windows.describe() + "-" + aggregation.name();
        }

        @Override
        public boolean isStateful() {
            return true;
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return new WindowNode(input(), windows, aggregation, late, explained, name, policy);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.window(this);
        }
    }

    /** A side output of its input. */
    public static final class SideNode extends Node {
        private final SideOutput<?> side;

        /** A stream of what the step gives out on the side output. */
        public SideNode(Node input, SideOutput<?> side) {
            super(List.of(input), null, ErrorPolicy.fail());
            this.side = side;
        }

        /** Which one. */
        public SideOutput<?> side() {
            return side;
        }

        @Override
        public String kind() {
            return "side " + side.name();
        }

        @Override
        public Node with(@Nullable String name, ErrorPolicy policy) {
            return this;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.side(this);
        }
    }

    /** A sink. */
    public static final class SinkNode extends Node {
        private final Sink<Object> sink;

        /** A step that writes to the sink. */
        @SuppressWarnings("unchecked")
        public SinkNode(Node input, Sink<?> sink) {
            this(List.of(input), (Sink<Object>) sink, null, ErrorPolicy.fail());
        }

        private SinkNode(List<Node> inputs, Sink<Object> sink, @Nullable String name, ErrorPolicy policy) {
            super(inputs, name, policy);
            this.sink = sink;
        }

        /** A sink that only runtimes write to: for dead letters and late records. */
        @SuppressWarnings("unchecked")
        public static SinkNode detached(String name, Sink<?> sink) {
            return new SinkNode(List.of(), (Sink<Object>) sink, name, ErrorPolicy.fail());
        }

        /** Where to. */
        public Sink<Object> sink() {
            return sink;
        }

        @Override
        public String kind() {
            return "to " + sink.name();
        }

        @Override
        public SinkNode with(@Nullable String name, ErrorPolicy policy) {
            return new SinkNode(inputs(), sink, name, policy);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.sink(this);
        }
    }
}
