# SPDX-License-Identifier: Apache-2.0
# The peer of bench tracking: what one writes first in FastAPI with SQLAlchemy, a row and a commit a hit.
import base64
import os

from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy import BigInteger, Column, DateTime, Text, func
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import declarative_base, sessionmaker

PIXEL = base64.b64decode("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=")
Base = declarative_base()


class Hit(Base):
    __tablename__ = "hit"
    id = Column(BigInteger, primary_key=True)
    tracking_id = Column(Text, index=True)
    kind = Column(Text)
    at = Column(DateTime(timezone=True), server_default=func.now())
    ip = Column(Text)
    user_agent = Column(Text)


engine = create_async_engine("postgresql+asyncpg://postgres@/peer?host=" + os.environ["PEER_SOCKET"], pool_size=20)
Session = sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
app = FastAPI()


@app.on_event("startup")
async def make():
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


@app.get("/t/o/{tracking_id}.gif")
async def opened(tracking_id: str, request: Request):
    async with Session() as session:
        session.add(Hit(tracking_id=tracking_id, kind="OPEN", ip=request.client.host,
                        user_agent=request.headers.get("user-agent")))
        await session.commit()
    return Response(PIXEL, media_type="image/gif", headers={"Cache-Control": "no-store"})
