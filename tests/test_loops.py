import asyncio

from athanor.loops import end, happens


def test_a_cancellation_at_the_moment_of_the_event_is_heard():
    async def main():
        event = asyncio.Event()
        waiting = asyncio.create_task(happens(event, 10))
        await asyncio.sleep(0)
        event.set()
        waiting.cancel()
        await asyncio.wait([waiting])
        assert waiting.cancelled()
        assert await happens(event, 0.01)
        assert not await happens(asyncio.Event(), 0.01)

    asyncio.run(main())


def test_end_asks_until_it_is_heard():
    async def main():
        heard = 0

        async def deaf():
            nonlocal heard
            while heard < 3:
                try:
                    await asyncio.sleep(60)
                except asyncio.CancelledError:
                    heard += 1

        task = asyncio.create_task(deaf())
        await asyncio.sleep(0)
        await end([task])
        assert heard == 3

    asyncio.run(main())
