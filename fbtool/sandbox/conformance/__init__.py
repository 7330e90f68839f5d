"""A suite that plays Facebook against any Messenger webhook and says what is lost, doubled or forged.

Nothing here knows how an endpoint works inside. A *case* is a value: what is sent, what must be answered, what must
arrive, and the documented fact behind it. Every item that is sent carries a *marker*, a text that exists only once. A
*probe* reads what the endpoint handed on, and the markers found there are all that is needed to judge:

    case -> plan of deliveries -> answers ----------+
                                                    +--> outcome
    probe -> records -> arrivals of the markers ----+

The cases are judged only after the last one, from everything that was seen until then: what arrives late is not
called lost, and what arrives a second time is not missed.
"""
