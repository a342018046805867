"""REST: experiments."""

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from athanor.db.session import Database
from athanor.domain.experiments import service
from athanor.domain.experiments.schemas import ConfigCheck, Experiment, ValidateConfig
from athanor.domain.paging import Items


@get("/experiments", operation_id="listExperiments", summary="List experiments")
async def list_experiments(database: NamedDependency[Database]) -> Items[Experiment]:
    """The whole catalogue by name. A module that could not be used is listed with `error` and `traceback`."""
    async with database.read() as session:
        return Items(items=await service.list_experiments(session))


@get("/experiments/{name:str}", operation_id="getExperiment", summary="Get an experiment")
async def get_experiment(database: NamedDependency[Database], name: FromPath[str]) -> Experiment:
    """One entry of the catalogue."""
    async with database.read() as session:
        return await service.get_experiment(session, name)


@post("/experiments/{name:str}/validate", operation_id="validateConfig", summary="Check a config", status_code=200)
async def validate_config(
    database: NamedDependency[Database], name: FromPath[str], data: JSONBody[ValidateConfig]
) -> ConfigCheck:
    """Every fault of a config, in one answer. 409 where the experiment itself cannot be used."""
    async with database.read() as session:
        entry = await service.usable(session, name)
    return await service.validate(entry, data.config)


router = Router("/api", route_handlers=[list_experiments, get_experiment, validate_config], tags=["experiments"])
