package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.error.PipelineException;
import io.datastream.kafka.KafkaErrors.Remedy;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class KafkaErrorsTest {
    private final TopicAuthorizationException refused = new TopicAuthorizationException(Set.of("trades"));

    private static KafkaException wrapped(Exception cause) {
        return new KafkaException("in an error state", cause);
    }

    @Test
    void sendsAgainWhatFailsForAWhile() {
        assertThat(KafkaErrors.remedy(new TimeoutException("no answer"))).isEqualTo(Remedy.SEND_AGAIN);
        assertThat(KafkaErrors.remedy(wrapped(new KafkaStorageException("disk"))))
                .isEqualTo(Remedy.SEND_AGAIN);
        assertThat(KafkaErrors.remedy(wrapped(new NotEnoughReplicasException("two"))))
                .isEqualTo(Remedy.SEND_AGAIN);
        assertThat(KafkaErrors.remedy(new CommitFailedException())).isEqualTo(Remedy.SEND_AGAIN);
    }

    @Test
    void replacesAProducerThatIsOfNoUse() {
        assertThat(KafkaErrors.remedy(wrapped(new ProducerFencedException("fenced"))))
                .isEqualTo(Remedy.NEW_PRODUCER);
        assertThat(KafkaErrors.remedy(new InvalidPidMappingException("gone"))).isEqualTo(Remedy.NEW_PRODUCER);
        assertThat(KafkaErrors.remedy(new IllegalStateException("wrong call"))).isEqualTo(Remedy.NEW_PRODUCER);
    }

    @Test
    void givesUpWhereNoOtherTryCanHelp() {
        assertThat(KafkaErrors.remedy(wrapped(wrapped(refused)))).isEqualTo(Remedy.GIVE_UP);
        assertThat(KafkaErrors.remedy(wrapped(new RecordTooLargeException("large"))))
                .isEqualTo(Remedy.GIVE_UP);
    }

    @Test
    void showsWhatKafkaSaysWithoutItsWrapping() {
        assertThat(KafkaErrors.cause(wrapped(wrapped(refused)))).isSameAs(refused);
        assertThat(KafkaErrors.words(wrapped(refused)))
                .isEqualTo("TopicAuthorizationException: Not authorized to access topics: [trades]");
    }

    @Test
    void keepsThePlaceThatAPipelineErrorNames() {
        PipelineException error = new PipelineException("trades-0@7: too large", new RecordTooLargeException("large"));
        assertThat(KafkaErrors.cause(error)).isSameAs(error);
    }
}
